/** Owns the endpoints for the files of an app: list, delete, upload, download. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { apiPath, deleteFiles, fileToDownload, listFiles, mergeFiles } from "../../apps/files";
import { badRequest } from "../../errors";
import { readForm, readJson } from "../body";
import { findApp, type Handler } from "../context";
import { redactFields } from "../request-log";
import { summary, unpackForm } from "./create";

export const listAppFiles: Handler = async (emulator, { id, query }) => {
  const { files } = emulator.store.paths(findApp(emulator, id).id);
  return { status: 200, json: await listFiles(files, apiPath(query["path"])) };
};

export const deleteAppFiles: Handler = async (emulator, { id, incoming, describe }) => {
  findApp(emulator, id);
  const body = await readJson(incoming);
  describe({ json: body });
  const { files } = body;
  if (!Array.isArray(files) || !files.every((path) => typeof path === "string")) {
    throw badRequest("files must be a list of paths.");
  }
  return emulator.manager.exclusive(id, async () => {
    const result = await deleteFiles(emulator.store.paths(findApp(emulator, id).id).files, files);
    if (result.success.length > 0) emulator.store.change(id, {});
    return { status: 200, json: result };
  });
};

/** Unpacks over the existing files; a running process is not restarted. */
export const uploadFiles: Handler = async (emulator, { id, query, incoming, describe }) => {
  findApp(emulator, id);
  const folder = apiPath(query["path"]);
  const scratch = emulator.store.scratch();
  try {
    const form = await readForm(incoming, () => scratch);
    describe({ fields: redactFields(form.fields), file: summary(form.file, []) });
    const unpacked = join(scratch, "files");
    const entries = await unpackForm(form, unpacked);
    describe({ fields: redactFields(form.fields), file: summary(form.file, entries) });
    return await emulator.manager.exclusive(id, async () => {
      const { files } = emulator.store.paths(findApp(emulator, id).id);
      await mergeFiles(unpacked, files, { folder, paths: entries.map(({ path }) => path) });
      emulator.store.change(id, {});
      return { status: 200, json: { message: "File uploaded successfully." } };
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
};

export const downloadFile: Handler = async (emulator, { id, query }) => {
  const { files } = emulator.store.paths(findApp(emulator, id).id);
  const { real, size } = await fileToDownload(files, apiPath(query["path"]));
  return { status: 200, file: { path: real, size } };
};
