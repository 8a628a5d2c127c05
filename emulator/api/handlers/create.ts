/** Owns the creation of an app from a multipart form. */
import { rm } from "node:fs/promises";
import { join, posix } from "node:path";
import { USER } from "../../apps/account";
import { newRecord } from "../../apps/record";
import { badRequest } from "../../errors";
import { type Form, type ReceivedFile, readForm } from "../body";
import type { EmulatorContext, Handler } from "../context";
import { redactFields } from "../request-log";
import { type UnpackedFile, unpack } from "../unpack";
import { type CreateInput, checkCreate } from "../validate";
import { show } from "./apps";

export const createApp: Handler = async (emulator, { incoming, describe }) => {
  const scratch = emulator.store.scratch();
  try {
    const form = await readForm(incoming, () => scratch);
    describe({ fields: redactFields(form.fields), file: summary(form.file, []) });
    const input = checkCreate(form.fields, emulator.settings.variants.names);
    checkTeam(emulator, input.teamId);
    const prepared = join(scratch, "app");
    const entries = await unpackForm(form, join(prepared, "files"));
    describe({ fields: redactFields(form.fields), file: summary(form.file, entries) });
    checkMainFile(input.mainFile, entries);
    return { status: 201, json: await add(emulator, input, prepared) };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
};

async function add(emulator: EmulatorContext, input: CreateInput, prepared: string): Promise<unknown> {
  const { settings, manager, store } = emulator;
  const power = settings.variants.afterCreate === "online" ? "on" : "off";
  const app = newRecord({ ...input, userId: USER._id, port: await manager.ports.free(), power });
  store.add(app, prepared);
  if (power === "on") manager.start(app.id);
  return show(emulator, "create", app);
}

function checkTeam({ teams }: EmulatorContext, teamId: string | null): void {
  if (teamId !== null && !teams.some(({ _id }) => _id === teamId)) {
    throw badRequest(`The account has no team ${JSON.stringify(teamId)}.`);
  }
}

function checkMainFile(mainFile: string, entries: UnpackedFile[]): void {
  if (mainFile === "N/A") return;
  const path = posix.normalize(mainFile.replace(/^\/+/, ""));
  if (!entries.some((entry) => entry.path === path)) {
    throw badRequest(`The main file ${JSON.stringify(mainFile)} is not in the zip.`);
  }
}

/** Unpacks the zip of the form; also used by upload. */
export async function unpackForm(form: Form, target: string): Promise<UnpackedFile[]> {
  if (!form.file) throw badRequest("The multipart body has no file part named `file`.");
  return unpack(form.file, target);
}

export function summary(file: ReceivedFile | undefined, entries: UnpackedFile[]) {
  return file && { bytes: file.bytes, sha256: file.sha256, entries };
}
