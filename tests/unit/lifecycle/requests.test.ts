/** The number of requests of an `up` with many new apps, under the real rate limits in virtual time. */
import { strict as assert } from "node:assert";
import type { App } from "../../../provider/api/app";
import { type RunOptions, requestsOf } from "./support/limited-account";

const web = { exposedViaWeb: true, healthCheck: { enabled: false } };

/** Listings, and all others for each app; one asks for the teams, whatever number of apps. */
async function counted(options: RunOptions) {
  const { requests, ms } = await requestsOf(options);
  const listings = requests.filter(({ name }) => name === "listApps").length;
  const teams = requests.filter(({ name }) => name === "listTeams").length;
  assert.equal(teams, 1);
  return {
    listings,
    each: (requests.length - listings - teams) / options.apps,
    seconds: ms / 1000,
    requests,
  };
}

describe("requests of an up of 100 new apps", () => {
  for (const parallel of [8, 100]) {
    it(`are two for each app, and one listing in 5 s for all (${parallel} operations at once)`, async () => {
      const { listings, each, seconds } = await counted({ apps: 100, parallel });
      assert.equal(each, 2);
      // One before the first create.
      assert.ok(listings <= seconds / 5 + 1, `${listings} listings in ${seconds} s`);
      assert.ok(seconds < 345, `${seconds} s`);
    });
  }

  it("are one more for a web app, whose address only the answer to start tells", async () => {
    const { listings, each, seconds } = await counted({ apps: 100, parallel: 8, inputs: web });
    assert.equal(each, 3);
    assert.ok(listings <= seconds / 5 + 1, `${listings} listings in ${seconds} s`);
  });

  it("are no more for apps that take their time to come up, or that must stay up for longer", async () => {
    for (const more of [{ bootMs: 12_000 }, { inputs: { minReadySeconds: 20 } }]) {
      const { listings, each, seconds } = await counted({ apps: 100, parallel: 8, ...more });
      assert.equal(each, 2);
      assert.ok(listings <= seconds / 5 + 1, `${listings} listings in ${seconds} s`);
    }
  });

  it("are few where listings carry no measurements, and apps are asked one by one", async () => {
    const listed = ({ currentResourceMetrics: _none, ...app }: App): App => app;
    const { each } = await counted({ apps: 100, parallel: 8, listed });
    assert.ok(each <= 4.5, `${each}`);
  });

  it("ask app by app where a listing has more pages than apps wait", async () => {
    const { requests, each, seconds } = await counted({ apps: 100, parallel: 8, others: 950 });
    assert.ok(each <= 4.5, `${each}`);
    assert.ok(requests.length / (seconds / 60) < 120, `${requests.length} in ${seconds} s`);
  });
});

describe("requests of an up of a few new apps", () => {
  it("come soon after each other, so that it ends soon", async () => {
    for (const apps of [1, 2]) {
      const { seconds } = await counted({ apps, parallel: 8 });
      assert.ok(seconds < 8 + 3.5 * (apps - 1), `${seconds} s`);
    }
  });
});
