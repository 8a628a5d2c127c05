/** Owns the endpoints over files: list, upload, delete, download, and that no path leads out. */
import { strict as assert } from "node:assert";
import { randomBytes } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bench, closeAll, conforms, createId, until, upload, WORKER, zipOf } from "./support/client";
import { SCHEMAS } from "./support/schemas";

const names = (list: { files: { name: string }[] }) => list.files.map(({ name }) => name);

/** Drops the connection after the first bytes of the response. */
function leaveEarly(url: string, token: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers: { Authorization: `Bearer ${token}` }, agent: false }, (response) => {
      response.once("data", () => request.destroy());
      response.once("close", resolve);
    });
    request.once("error", reject);
  });
}

/** Files below the folder that this process, which runs the emulator, has open. */
function openFilesIn(folder: string): string[] {
  const opened = readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      // The descriptor of this listing itself is closed by now.
      return [];
    }
  });
  return opened.filter((path) => path.startsWith(folder));
}

describe("emulator: files", () => {
  let data: string;
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), "emulator-files-"));
  });
  afterEach(async () => {
    await closeAll();
    rmSync(data, { recursive: true });
  });

  it("lists folders and shows files", async () => {
    const { api } = await bench({ run: false });
    const id = await createId(api, {
      ...WORKER,
      "data/emojis.json": "{}",
      "data/deep/ü.txt": "äöü",
      ".pulumi-camposcloud": "mark",
    });
    const list = async (path?: string) => (await api.get(`/v1/apps/${id}/files`, { params: { path } })).data;
    const root = await list();
    conforms(root, SCHEMAS.folder);
    assert.deepEqual(
      [names(root), root.prevPath, root.currentPath],
      [[".pulumi-camposcloud", "data", "index.js"], null, "/"],
    );
    assert.deepEqual(await list("/"), root);
    const folder = await list("/data");
    assert.deepEqual(
      [names(folder), folder.prevPath, folder.currentPath],
      [["deep", "emojis.json"], "/", "/data"],
    );
    assert.deepEqual(
      folder.files.map(({ path, size }: Record<string, unknown>) => [path, size]),
      [
        ["/data/deep", null],
        ["/data/emojis.json", 2],
      ],
    );
    assert.deepEqual(await list("data/"), folder);
    const file = await list("/data/deep/ü.txt");
    conforms(file, SCHEMAS.file);
    assert.deepEqual([file.isDirectory, file.content, file.prevPath], [false, "äöü", "/data/deep"]);
    assert.equal((await api.get(`/v1/apps/${id}/files?path=/nothing`)).status, 404);
  });

  it("downloads the bytes of a file", async () => {
    const { api } = await bench({ run: false });
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256));
    const id = await createId(api, { ...WORKER, "a.bin": bytes, empty: "" });
    const get = (path: string) =>
      api.get(`/v1/apps/${id}/download`, { params: { path }, responseType: "arraybuffer" });
    const answer = await get("/a.bin");
    assert.equal(answer.headers["content-type"], "application/octet-stream");
    assert.ok(bytes.equals(answer.data));
    assert.equal((await get("/empty")).data.length, 0);
    for (const path of ["/nothing", "/", undefined]) {
      assert.equal((await api.get(`/v1/apps/${id}/download`, { params: { path } })).status, 404);
    }
  });

  it("closes each file whose download is not read to its end", async function () {
    if (process.platform !== "linux") return this.skip();
    const { api, emulator } = await bench({ data, run: false });
    const id = await createId(api, { ...WORKER, "big.bin": randomBytes(8 * 1024 ** 2) });
    const paths = [`/v1/apps/${id}/download?path=/big.bin`, `/-/apps/${id}/files.zip`];
    for (const path of paths) {
      assert.equal((await api.head(path)).status, 200);
      await leaveEarly(emulator.url + path, emulator.token);
    }
    await until("no file of the app is open", () => openFilesIn(data).length === 0);
  });

  it("shows no file that is too large for JSON, but lets it be downloaded", async () => {
    const { api } = await bench({ run: false });
    const id = await createId(api, { ...WORKER, large: Buffer.alloc(11 * 1024 * 1024, "x") });
    assert.equal((await api.get(`/v1/apps/${id}/files?path=/large`)).status, 400);
    assert.equal((await api.get(`/v1/apps/${id}/download?path=/large`)).data.length, 11 * 1024 * 1024);
  });

  it("unpacks an upload over existing files and keeps the others", async () => {
    const { api } = await bench({ run: false });
    const id = await createId(api, { ...WORKER, "old.txt": "old", "both.txt": "1" });
    const answer = await upload(api, id, { "both.txt": "2", "new/file.txt": "new" });
    assert.equal(answer.status, 200);
    conforms(answer.data, SCHEMAS.message);
    const content = async (path: string) => (await api.get(`/v1/apps/${id}/files?path=${path}`)).data.content;
    assert.deepEqual(await Promise.all(["/old.txt", "/both.txt", "/new/file.txt"].map(content)), [
      "old",
      "2",
      "new",
    ]);
  });

  it('unpacks into the given folder, and treats the text "undefined" as the root', async () => {
    const { api } = await bench({ run: false });
    const id = await createId(api, WORKER);
    const form = async () => {
      const data = new FormData();
      data.append("file", new Blob([await zipOf({ "a.txt": "a" })]), "file.zip");
      return data;
    };
    assert.equal((await api.post(`/v1/apps/${id}/upload?path=/sub/folder`, await form())).status, 200);
    assert.equal((await api.post(`/v1/apps/${id}/upload?path=undefined`, await form())).status, 200);
    assert.equal((await api.get(`/v1/apps/${id}/files?path=/sub/folder/a.txt`)).data.content, "a");
    assert.deepEqual(names((await api.get(`/v1/apps/${id}/files`)).data), ["a.txt", "index.js", "sub"]);
  });

  it("refuses an upload that is not a zip, and writes no file of a damaged one", async () => {
    const { api } = await bench({ run: false });
    const id = await createId(api, WORKER);
    const good = await zipOf({
      "a.txt": "a",
      "b.txt": Buffer.from(Array.from({ length: 9999 }, (_, index) => (index * index) % 251)),
    });
    const broken = Buffer.from(good);
    broken.fill(0xff, good.indexOf("b.txt") + 40, good.indexOf("b.txt") + 140);
    for (const zip of [Buffer.from("no zip"), broken]) assert.equal((await upload(api, id, zip)).status, 400);
    assert.deepEqual(names((await api.get(`/v1/apps/${id}/files`)).data), ["index.js"]);
    const empty = new FormData();
    empty.append("other", "1");
    assert.equal((await api.post(`/v1/apps/${id}/upload?path=/`, empty)).status, 400);
  });

  it("deletes files and folders, and reports those it could not delete", async () => {
    const { api } = await bench({ run: false });
    const id = await createId(api, { ...WORKER, "a.txt": "", "dir/b.txt": "", "dir/c/d.txt": "" });
    const answer = await api.delete(`/v1/apps/${id}/files`, {
      data: { files: ["/a.txt", "dir", "/gone", "/", "/../../app.json"] },
    });
    assert.equal(answer.status, 200);
    conforms(answer.data, SCHEMAS.deletedFiles);
    assert.deepEqual(answer.data, { success: ["/a.txt", "dir"], failed: ["/gone", "/", "/../../app.json"] });
    assert.deepEqual(names((await api.get(`/v1/apps/${id}/files`)).data), ["index.js"]);
    for (const data of [{}, { files: "/a" }, { files: [1] }]) {
      assert.equal((await api.delete(`/v1/apps/${id}/files`, { data })).status, 400);
    }
  });

  it("lets no path and no link in the app lead out of its folder", async () => {
    const { api } = await bench({ run: false, data });
    const id = await createId(api, { ...WORKER, "inner/a.txt": "a" });
    const files = join(data, "apps", id, "files");
    writeFileSync(join(data, "secret"), "secret");
    mkdirSync(join(data, "outside"));
    symlinkSync(join(data, "secret"), join(files, "link"));
    symlinkSync(join(data, "outside"), join(files, "folder"));
    symlinkSync("inner", join(files, "inside"));
    for (const path of [
      "../app.json",
      "/../../../secret",
      "..%2F..",
      "inner/../../app.json",
      "a\\..\\b",
      "a\0b",
    ]) {
      for (const call of ["files", "download"]) {
        assert.ok(
          [400, 404].includes((await api.get(`/v1/apps/${id}/${call}`, { params: { path } })).status),
          path,
        );
      }
    }
    for (const path of ["/link", "/folder", "/folder/x"]) {
      assert.equal((await api.get(`/v1/apps/${id}/files`, { params: { path } })).status, 404);
      assert.equal((await api.get(`/v1/apps/${id}/download`, { params: { path } })).status, 404);
    }
    assert.deepEqual(names((await api.get(`/v1/apps/${id}/files`)).data), ["index.js", "inner", "inside"]);
    assert.equal((await api.get(`/v1/apps/${id}/files?path=/inside/a.txt`)).data.content, "a");
    assert.equal((await upload(api, id, { "folder/x": "x" })).status, 400);
    assert.equal((await upload(api, id, { link: "no longer a link" })).status, 200);
    const gone = await api.delete(`/v1/apps/${id}/files`, { data: { files: ["/folder"] } });
    assert.deepEqual(gone.data.success, ["/folder"]);
    assert.deepEqual(
      [readdirSync(join(data, "outside")), readFileSync(join(data, "secret"), "utf8")],
      [[], "secret"],
    );
  });
});
