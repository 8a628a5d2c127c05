import { strict as assert } from "node:assert";
import { accountVariable, isLoopback, readSettings } from "../../../provider/api/settings";

const sources = (config: Record<string, string>, env: Record<string, string> = {}) => ({
  config: (key: string) => config[key],
  env,
});

describe("settings", () => {
  it("has defaults for everything but the key", () => {
    assert.deepEqual(readSettings(sources({ token: "key" })), {
      token: "key",
      baseUrl: "https://api.camposcloud.com",
      loopback: false,
      appUrl: "https://{subdomain}.camposcloud.app",
      writeIntervalMs: 3000,
    });
  });

  it("prefers the stack's configuration over the environment", () => {
    const env = {
      CAMPOSCLOUD_TOKEN: "of-env",
      CAMPOSCLOUD_BASE_URL: "https://env.example",
      CAMPOSCLOUD_WRITE_INTERVAL_SECONDS: "5",
    };
    assert.equal(readSettings(sources({}, env)).token, "of-env");
    assert.equal(readSettings(sources({}, env)).writeIntervalMs, 5000);
    const both = readSettings(sources({ token: "of-stack", baseUrl: "https://stack.example/" }, env));
    assert.equal(both.token, "of-stack");
    assert.equal(both.baseUrl, "https://stack.example");
  });

  for (const [what, config, account, message] of [
    ["no key", {}, undefined, /camposcloud:token.*CAMPOSCLOUD_TOKEN/],
    ["a blank key", { token: " " }, undefined, /No API key/],
    ["a key with a line break inside", { token: "a\nb" }, undefined, /Copy it again/],
    [
      "an unknown account",
      { token: "k" },
      "work",
      /account "work".*camposcloud:accounts\.work\.token.*CAMPOSCLOUD_TOKEN_WORK/,
    ],
    ["accounts that are no object", { accounts: "[" }, "work", /camposcloud:accounts must be an object/],
    ["an address that is none", { token: "k", baseUrl: "api" }, undefined, /baseUrl/],
    [
      "an address with a user",
      { token: "k", baseUrl: "https://u:p@x.example" },
      undefined,
      /without user name/,
    ],
    ["plain http", { token: "k", baseUrl: "http://x.example" }, undefined, /plain http to x\.example/],
    [
      "an app address without its part",
      { token: "k", appUrl: "https://x.example" },
      undefined,
      /\{subdomain\}/,
    ],
    [
      "an interval that is none",
      { token: "k", writeIntervalSeconds: "-1" },
      undefined,
      /writeIntervalSeconds/,
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => readSettings(sources(config), account), { name: "SettingsError", message });
    });
  }

  it("allows plain http to loopback, and elsewhere only if configured", () => {
    for (const host of ["localhost", "127.0.0.1", "127.9.9.9", "[::1]", "api.localhost"]) {
      assert.equal(readSettings(sources({ token: "k", baseUrl: `http://${host}:7070` })).loopback, true);
    }
    const allowed = { token: "k", baseUrl: "http://x.example", allowInsecureBaseUrl: "true" };
    assert.equal(readSettings(sources(allowed)).baseUrl, "http://x.example");
    for (const host of ["127.0.0.1.example.org", "localhost.example.org", "128.0.0.1"])
      assert.equal(isLoopback(host), false);
  });

  it("finds the key of another account in the stack's configuration or the environment", () => {
    const accounts = JSON.stringify({ work: { token: "work-key", baseUrl: "https://work.example" } });
    const settings = readSettings(sources({ token: "k", accounts }), "work");
    assert.equal(settings.token, "work-key");
    assert.equal(settings.baseUrl, "https://work.example");
    assert.equal(readSettings(sources({}, { CAMPOSCLOUD_TOKEN_MY_TEAM: "t" }), "my-team").token, "t");
    assert.equal(accountVariable("my-team"), "CAMPOSCLOUD_TOKEN_MY_TEAM");
    assert.throws(() => readSettings(sources({ accounts }), "constructor"), { name: "SettingsError" });
  });
});
