/** Owns the dashboard: its endpoints over plain HTTP, and the page in a real browser. */
import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "./support/browser";
import {
  type Bench,
  bench,
  closeAll,
  createId,
  online,
  settings,
  until,
  upload,
  visit,
  WORKER,
} from "./support/client";
import { CRASHER, NODE_WEB } from "./support/programs";

const onWeb = { exposedViaWeb: "true" };
const TICKER = {
  "index.js": "let n = 0; setInterval(() => console.log('tick', n++), 100);",
  "folder/inner.txt": "the inner text",
};

describe("emulator: dashboard endpoints", () => {
  const data = mkdtempSync(join(tmpdir(), "dashboard-test-"));
  afterEach(closeAll);
  after(() => rmSync(data, { recursive: true }));

  it("return and change nothing without the key", async () => {
    const { api, emulator } = await bench({ run: false });
    const id = await createId(api, WORKER);
    const Authorization = "Bearer wrong";
    const calls = [
      ["get", "/-/state"],
      ["get", `/-/apps/${id}`],
      ["get", `/-/apps/${id}/files`],
      ["get", `/-/apps/${id}/files.zip`],
      ["post", `/-/apps/${id}/stop`],
      ["delete", `/-/apps/${id}`],
      ["put", "/-/fault"],
      ["get", "/-/nothing"],
    ];
    for (const [method, url] of calls) {
      assert.equal((await api.request({ method, url, headers: { Authorization } })).status, 401, url);
      assert.equal(
        (await api.request({ method, url, headers: { Origin: "http://evil.example" } })).status,
        403,
        url,
      );
    }
    assert.equal(emulator.apps()[0]?.currentResourceMetrics?.online, true);
  });

  it("never show the value of a variable, and count towards no limit", async () => {
    const { api, emulator } = await bench({ run: false, requestsPerMinute: 3 });
    const id = await createId(api, WORKER, {
      environmentVariables: '[{"key":"PASSWORD","value":"hush-hush"}]',
    });
    await api.post(`/v1/apps/${id}/update`, settings());
    const answers = [];
    for (let index = 0; index < 10; index += 1)
      answers.push(await api.get("/-/state"), await api.get(`/-/apps/${id}`));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    const text = JSON.stringify(answers.map(({ data }) => data));
    assert.ok(text.includes("PASSWORD") && !text.includes("hush-hush") && !text.includes(emulator.token));
    assert.equal(emulator.requests().length, 2);
  });

  it("return the files of an app as a zip, without the targets of links", async () => {
    const { api } = await bench({ run: false, data });
    const files = { ...TICKER, "naïve name.txt": "ü", "empty.txt": "" };
    const id = await createId(api, files);
    writeFileSync(join(data, "secret.txt"), "outside");
    symlinkSync(join(data, "secret.txt"), join(data, "apps", id, "files", "link.txt"));
    const { data: zip, headers } = await api.get(`/-/apps/${id}/files.zip`, { responseType: "arraybuffer" });
    assert.equal(headers["content-type"], "application/zip", String(zip));
    const path = join(data, "downloaded.zip");
    writeFileSync(path, zip);
    const listing =
      "import json,sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(json.dumps({n: z.read(n).decode() for n in z.namelist()}))";
    const read = execFileSync("python3", ["-c", listing, path], { encoding: "utf8" });
    assert.deepEqual(JSON.parse(read), files);
    assert.equal((await api.get("/-/apps/unknown/files.zip")).status, 404);
  });

  it("refuse unknown requests", async () => {
    const { api } = await bench({ run: false });
    const id = await createId(api, WORKER);
    assert.equal((await api.get("/-/apps/unknown")).status, 404);
    for (const word of ["explode", "constructor"]) {
      assert.equal((await api.post(`/-/apps/${id}/${word}`)).status, 400);
      assert.equal((await api.put("/-/fault", { kind: word })).status, 400);
    }
    assert.equal((await api.get(`/-/apps/${id}/files?path=../..`)).status, 400);
  });

  it("serve a page that may not load anything from other hosts", async () => {
    const { emulator } = await bench({ run: false });
    const page = await visit(emulator.port, `127.0.0.1:${emulator.port}`);
    assert.match(
      String(page.headers["content-security-policy"]),
      /default-src 'none'.*frame-ancestors 'none'/,
    );
    assert.doesNotMatch(page.text, /(src|href)="(https?:)?\/\//);
  });
});

describe("emulator: dashboard in Chromium", () => {
  let browser: Browser;
  before(async function () {
    const opened = await openBrowser();
    if (!opened) return this.skip();
    browser = opened;
  });
  after(() => browser?.close());
  afterEach(closeAll);

  interface Visit {
    page: Page;
    /** Console messages of errors, and requests to other hosts. */
    complaints: string[];
  }

  async function open(
    { emulator }: Bench,
    { signedIn = true, path = `${emulator.url}/` } = {},
  ): Promise<Visit> {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on(
      "request",
      (request) =>
        !request.url().startsWith(`${emulator.url}/`) &&
        !request.url().startsWith("data:") &&
        complaints.push(request.url()),
    );
    await page.goto(path);
    if (signedIn) await signIn(page, emulator.token);
    return { page, complaints };
  }

  async function signIn(page: Page, token: string): Promise<void> {
    await page.getByLabel("Key", { exact: true }).fill(token);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Apps" }).waitFor();
  }

  it("asks for the key, rejects a wrong one, and keeps the correct one for the tab until signing out", async () => {
    const table = await bench({ run: false, token: "right-key" });
    await createId(table.api, WORKER);
    const { page } = await open(table, { signedIn: false });
    await page.getByLabel("Key", { exact: true }).fill("wrong");
    await page.keyboard.press("Enter");
    await page.getByText("This is not the key of this emulator.").waitFor();
    assert.equal(await page.getByRole("heading", { name: "Apps" }).isVisible(), false);
    await signIn(page, "right-key");
    await page.reload();
    await page.getByRole("button", { name: /^app online/ }).waitFor();
    assert.deepEqual(await page.evaluate("Object.keys(localStorage)"), []);
    assert.ok(!(await page.content()).includes("right-key"));
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.reload();
    await page.getByLabel("Key", { exact: true }).waitFor();
    await page.close();
  });

  it("opens signed in at the printed URL, with the key in no request and removed from the URL", async () => {
    const table = await bench({ run: false, token: "key with &=# signs" });
    await createId(table.api, WORKER, { appName: "first" });
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url(), request.headers()["referer"] ?? ""));
    await page.goto(table.emulator.dashboardUrl);
    await page.getByRole("button", { name: /^first online/ }).waitFor();
    assert.equal(page.url(), `${table.emulator.url}/`);
    assert.deepEqual(
      asked.filter((text) => /token|key/.test(text)),
      [],
    );
    await page.close();
  });

  it("has a page for each app, at the URL in the API's responses", async () => {
    const table = await bench({ run: false });
    await createId(table.api, WORKER, { appName: "first" });
    const id = await createId(table.api, WORKER, { appName: "second" });
    const { headers } = await table.api.get(`/v1/apps/${id}`);
    const { page, complaints } = await open(table, { path: `${headers["x-camposcloud-dashboard"]}/${id}` });
    await page.getByRole("heading", { name: "second" }).waitFor();
    await page.getByRole("button", { name: /^first/ }).click();
    await page.getByRole("heading", { name: "first" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "first" }).waitFor();
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it("shows apps, their state, memory, log and files as they change, without requests to other hosts", async () => {
    const table = await bench();
    const id = await createId(table.api, TICKER, {
      appName: "ticker",
      environmentVariables: '[{"key":"A_NAME","value":"a value"}]',
    });
    await createId(table.api, CRASHER, { appName: "broken" });
    const { page, complaints } = await open(table);
    await page.getByRole("button", { name: /ticker online/ }).waitFor();
    await page.getByRole("button", { name: /broken crashed/ }).waitFor();
    await page.locator("#log", { hasText: /tick 5/ }).waitFor();
    await page.locator("#log", { hasText: /tick 15/ }).waitFor();
    await page.locator("#memory-plot polyline").waitFor({ state: "attached" });
    assert.match((await page.locator("#memory-now").textContent()) ?? "", /^\d+(\.\d)? of 256 MB$/);
    assert.match(
      (await page.locator("#facts").textContent()) ?? "",
      /Commandnode index\.js.*VariablesA_NAME/,
    );
    await page.getByRole("tab", { name: "Log" }).press("ArrowRight");
    await page.getByRole("button", { name: "folder/" }).click();
    await page.getByRole("button", { name: "inner.txt" }).click();
    await page.locator("#content", { hasText: "the inner text" }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download all as a zip" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), "ticker.zip");
    await page.getByRole("button", { name: /broken crashed/ }).click();
    await page.getByRole("heading", { name: "broken" }).waitFor();
    await page.getByText("crashed (exit code 3)").waitFor();
    await table.api.delete(`/v1/apps/${id}/delete`);
    await page.getByRole("button", { name: /ticker/ }).waitFor({ state: "detached" });
    await createId(table.api, WORKER, { appName: "newcomer" });
    await page.getByRole("button", { name: /newcomer online/ }).waitFor();
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it("stops, starts, restarts and deletes with the keyboard alone", async () => {
    const table = await bench();
    const id = await createId(table.api, NODE_WEB, { appName: "front", ...onWeb });
    await createId(table.api, WORKER, { appName: "second" });
    await online(table, id);
    const { page } = await open(table);
    const state = () => table.emulator.apps().find(({ _id }) => _id === id)?.currentResourceMetrics?.online;
    await page.getByRole("button", { name: /front online/ }).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "second" }).waitFor();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "front" }).waitFor();
    await page.getByRole("button", { name: "Stop" }).press("Enter");
    await until("it is stopped", () => state() === false);
    await page.getByRole("button", { name: /front stopped/ }).waitFor();
    await page.getByRole("button", { name: "Start", exact: true }).press("Enter");
    await until("it is online", () => state() === true);
    page.on("dialog", (dialog) => void dialog.accept());
    await page.getByRole("button", { name: "Delete" }).press("Enter");
    await page.getByRole("button", { name: /front/ }).waitFor({ state: "detached" });
    assert.equal(table.emulator.apps().length, 1);
    await page.close();
  });

  it("switches faults on and off, and shows which requests faults and limits affected", async () => {
    const table = await bench({ run: false, writeWindowSeconds: 60 });
    const id = await createId(table.api, WORKER);
    await upload(table.api, id, WORKER);
    assert.equal((await upload(table.api, id, WORKER)).status, 429);
    const { page } = await open(table);
    await page.getByRole("row", { name: /upload.*429limit/ }).waitFor();
    await page.getByLabel("with 500").press("Space");
    await until("the API answers 500", async () => (await table.api.get("/v1/apps")).status === 500);
    await page
      .getByRole("row", { name: /GET \/v1\/apps 500fault/ })
      .first()
      .waitFor();
    await page.getByLabel("Requests", { exact: true }).selectOption("restart");
    await until("reads go on", async () => (await table.api.get("/v1/apps")).status === 200);
    assert.equal((await table.api.post(`/v1/apps/${id}/restart`)).status, 500);
    await page.getByLabel("as usual").check();
    await until(
      "all is as usual",
      async () => (await table.api.post(`/v1/apps/${id}/restart`)).status === 200,
    );
    await page.close();
  });

  it("shows names, logs and files as text, never as markup", async () => {
    const table = await bench();
    const markup = "<img src=x onerror=\"document.title='hit'\">";
    const files = {
      "index.js": `console.log(${JSON.stringify(markup)}); setInterval(() => {}, 1000);`,
      "a.html": markup,
    };
    await createId(table.api, files, { appName: markup, ...onWeb });
    const { page, complaints } = await open(table);
    await page.locator("#log", { hasText: "onerror" }).waitFor();
    await page.getByRole("tab", { name: "Files" }).click();
    await page.getByRole("button", { name: "a.html" }).click();
    await page.locator("#content", { hasText: "onerror" }).waitFor();
    assert.deepEqual(
      [await page.title(), await page.locator("img").count(), complaints],
      ["CamposCloud emulator", 0, []],
    );
    await page.close();
  });

  it("opens the page of a web app at its subdomain", async () => {
    const table = await bench();
    const id = await createId(table.api, NODE_WEB, { appName: "front", ...onWeb });
    await online(table, id);
    const { page } = await open(table);
    const [shown] = await Promise.all([
      page.waitForEvent("popup"),
      page.getByRole("link", { name: /^http:\/\/front-/ }).click(),
    ]);
    await shown.waitForLoadState();
    assert.match(String(await shown.locator("body").textContent()), /"url":"\/"/);
    await page.close();
  });

  it("shows when the emulator is not running", async () => {
    const table = await bench({ run: false });
    const { page } = await open(table);
    await table.emulator.close();
    await page.getByText("The emulator does not respond.").waitFor();
    await page.close();
  });
});
