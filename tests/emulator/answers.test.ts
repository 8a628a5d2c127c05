/** Owns the shapes: what each endpoint answers when all is well, in each published variant. */
import { strict as assert } from "node:assert";
import { bench, closeAll, conforms, create, createId, settings, upload, WORKER } from "./support/client";
import { SCHEMAS } from "./support/schemas";

const TEAM = { _id: "65a1f0c2d3e4b5a6978800aa", name: "Team" };
const invite = {
  email: "a@b.example",
  userId: null,
  invitedAt: new Date().toISOString(),
  code: "secret-code",
  permissions: {},
};

describe("emulator: answers", () => {
  afterEach(closeAll);

  it("returns the documented shape of each endpoint for apps", async () => {
    const { api } = await bench({ run: false });
    const made = await create(api, WORKER, { environmentVariables: '[{"key":"A","value":"1"}]' });
    assert.equal(made.status, 201);
    conforms(made.data, SCHEMAS.create);
    const id = made.data._id;
    conforms((await api.get(`/v1/apps/${id}`)).data, SCHEMAS.get);
    conforms((await api.post(`/v1/apps/${id}/update`, settings())).data, SCHEMAS.update);
    for (const action of ["stop", "start", "restart"]) {
      const answer = await api.post(`/v1/apps/${id}/${action}`);
      assert.equal(answer.status, 200);
      conforms(answer.data, SCHEMAS.status);
    }
    const list = (await api.get("/v1/apps")).data;
    conforms(list, { applications: [SCHEMAS.list], totalUsedRAM: "number", pagination: SCHEMAS.pagination });
    const gone = await api.delete(`/v1/apps/${id}/delete`);
    assert.deepEqual([gone.status, gone.data], [200, { message: "Application deleted successfully." }]);
    assert.equal((await api.get(`/v1/apps/${id}`)).status, 404);
  });

  it("returns what create received", async () => {
    const { api } = await bench({ run: false });
    const { data } = await create(
      api,
      { "src/bot.py": "" },
      {
        appName: "My Application",
        mainFile: "src/bot.py",
        memoryMB: "512",
        runtimeEnvironment: "python",
        exposedViaWeb: "true",
        autoRestartEnabled: "true",
        environmentVariables: '[{"key":"A","value":"1"},{"key":"B","value":""}]',
      },
    );
    assert.equal(data.name, "My Application");
    assert.equal(data.allocatedMemoryMB, 512);
    assert.equal(data.runtimeEnvironment, "python");
    assert.equal(data.exposedViaWeb, true);
    assert.equal(data.autoRestartEnabled, true);
    assert.equal(data.startupCommand, "python -u src/bot.py");
    assert.equal(data.restartRequired, false);
    assert.equal(data.currentResourceMetrics.memoryLimitBytes, 512 * 1024 * 1024);
    assert.deepEqual(
      data.environmentVariables.map(({ key, value }: Record<string, string>) => [key, value]),
      [
        ["A", "1"],
        ["B", ""],
      ],
    );
  });

  it("gives two apps with the same name different ids and subdomains", async () => {
    const { api } = await bench({ run: false });
    const labels: string[] = [];
    for (const appName of ["Café do Zé", "Café do Zé"]) {
      const id = await createId(api, WORKER, { appName, exposedViaWeb: "true" });
      labels.push((await api.post(`/v1/apps/${id}/start`)).data.assignedSubdomain);
    }
    assert.notEqual(labels[0], labels[1]);
    for (const label of labels) assert.match(label, /^cafe-do-ze-[a-z0-9]+$/);
  });

  it("only returns a subdomain for web apps", async () => {
    const { api } = await bench({ run: false });
    const id = await createId(api, WORKER);
    assert.equal((await api.post(`/v1/apps/${id}/start`)).data.assignedSubdomain, null);
  });

  it("paginates the apps", async () => {
    const { api } = await bench({ run: false });
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.push(await createId(api, WORKER));
    const pages = await Promise.all([1, 2, 3, 4].map((page) => api.get(`/v1/apps?limit=2&page=${page}`)));
    const found = pages.flatMap(({ data }) => data.applications.map(({ _id }: { _id: string }) => _id));
    assert.deepEqual(found, ids);
    assert.deepEqual(pages[1]?.data.pagination, {
      totalItems: 5,
      totalPages: 3,
      currentPage: 2,
      itemsPerPage: 2,
      hasNextPage: true,
      hasPrevPage: true,
    });
    assert.deepEqual(
      pages.map(({ data }) => data.pagination.hasNextPage),
      [true, true, false, false],
    );
    assert.equal(pages[0]?.data.totalUsedRAM, 5 * 256);
  });

  it("lists the apps of a team separately, and shows the team as each endpoint documents", async () => {
    const full = { ...TEAM, invites: [{ ...invite, _id: "1", subscriptionEndsAt: null }] };
    const { api } = await bench({ run: false, teams: [full] });
    const personal = await createId(api, WORKER);
    const made = await create(api, WORKER, { team: TEAM._id, teamId: TEAM._id });
    assert.equal(made.data.teamId, TEAM._id);
    const { _id: id } = made.data;
    const shown = (await api.get(`/v1/apps/${id}`)).data.teamId;
    assert.deepEqual([shown._id, shown.name, shown.invites[0].code], [TEAM._id, "Team", "secret-code"]);
    assert.equal((await api.post(`/v1/apps/${id}/update`, settings())).data.teamId, TEAM._id);
    assert.equal((await api.post(`/v1/apps/${id}/stop`)).data.teamId._id, TEAM._id);
    const listed = async (query: string) =>
      (await api.get(`/v1/apps${query}`)).data.applications.map((app: Record<string, unknown>) => [
        app["_id"],
        app["teamId"],
      ]);
    assert.deepEqual(await listed(""), [[personal, null]]);
    assert.deepEqual(await listed(`?team=${TEAM._id}`), [[id, TEAM._id]]);
    assert.deepEqual(await listed("?team=unknown"), []);
  });

  it("returns the account and its teams", async () => {
    const { api } = await bench({ run: false, teams: [TEAM, { name: "Second" }] });
    conforms((await api.get("/v1/users/@me")).data, { user: SCHEMAS.user });
    await createId(api, WORKER, { team: TEAM._id });
    const teams = (await api.get("/v1/teams")).data;
    conforms(teams, [SCHEMAS.team]);
    assert.deepEqual(
      teams.map((team: Record<string, unknown>) => [team["name"], team["applicationsCount"]]),
      [
        ["Team", 1],
        ["Second", 0],
      ],
    );
    const one = await api.get(`/v1/teams/${TEAM._id}`);
    conforms(one.data, SCHEMAS.team);
    assert.equal(one.data._id, TEAM._id);
  });

  it("returns the older shape with --shape seed", async () => {
    const { api } = await bench({ run: false, shape: "seed", teams: [TEAM] });
    const made = await create(api, WORKER, { teamId: TEAM._id });
    assert.equal(typeof made.data.currentResourceMetrics.online, "boolean");
    const { _id: id } = made.data;
    const answers = [
      made.data,
      (await api.get(`/v1/apps/${id}`)).data,
      (await api.post(`/v1/apps/${id}/update`, settings())).data,
      (await api.post(`/v1/apps/${id}/restart`)).data,
      (await api.get(`/v1/apps?team=${TEAM._id}`)).data.applications[0],
    ];
    assert.deepEqual(
      answers.map(({ teamId }) => teamId),
      Array(5).fill(TEAM._id),
    );
  });

  it("follows the other published interpretations if configured", async () => {
    const { api } = await bench({
      run: false,
      variants: {
        user: "bare",
        list: "bare",
        createMetrics: "absent",
        errorBody: "error-only",
        afterCreate: "offline",
        names: "ascii-only",
      },
    });
    conforms((await api.get("/v1/users/@me")).data, SCHEMAS.user);
    const made = await create(api, WORKER);
    assert.equal("currentResourceMetrics" in made.data, false);
    conforms((await api.get("/v1/apps")).data, [SCHEMAS.list]);
    assert.equal((await api.get(`/v1/apps/${made.data._id}`)).data.currentResourceMetrics.online, false);
    const refused = await create(api, WORKER, { appName: "with space" });
    assert.deepEqual([refused.status, refused.data], [500, { error: "Internal server error" }]);
    const inItems = await bench({ run: false, variants: { list: "totals-in-items", createMetrics: "null" } });
    assert.equal((await create(inItems.api, WORKER)).data.currentResourceMetrics, null);
    const list = (await inItems.api.get("/v1/apps")).data;
    assert.deepEqual([Object.keys(list), list.applications[0].pagination.totalItems], [["applications"], 1]);
  });

  it("updates updatedAt with each change and only then", async () => {
    const { api } = await bench({ run: false });
    const id = await createId(api, WORKER);
    const stamps = [(await api.get(`/v1/apps/${id}`)).data.updatedAt];
    const steps = [
      () => api.post(`/v1/apps/${id}/update`, settings({ memoryMB: 300 })),
      () => upload(api, id, { "new.js": "" }),
      () => api.delete(`/v1/apps/${id}/files`, { data: { files: ["/new.js"] } }),
      () => api.post(`/v1/apps/${id}/restart`),
      () => api.post(`/v1/apps/${id}/stop`),
      () => api.post(`/v1/apps/${id}/start`),
    ];
    for (const step of steps) {
      await new Promise((done) => setTimeout(done, 3));
      await step();
      stamps.push((await api.get(`/v1/apps/${id}`)).data.updatedAt);
    }
    assert.deepEqual(stamps, [...new Set(stamps)].sort());
    await api.post(`/v1/apps/${id}/start`);
    assert.equal((await api.get(`/v1/apps/${id}`)).data.updatedAt, stamps.at(-1));
  });
});
