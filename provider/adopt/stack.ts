/** Reads which apps a stack already manages from its state. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../errors";
import { nativeTypeToken, typeToken } from "../resource/state-text";

export interface Stack {
  /** Ids of the managed apps. */
  ids: ReadonlySet<string>;
  /** Names of the resources of our types. */
  names: ReadonlySet<string>;
}

interface Resource {
  type?: string;
  urn?: string;
  id?: string;
  /** Only read with `get`. */
  external?: boolean;
}

const typeTokens: readonly unknown[] = [typeToken, nativeTypeToken];

export function stackOf(state: string, from: string): Stack {
  const resources = resourcesOf(state, from).filter(({ type }) => typeTokens.includes(type));
  const managed = resources.filter(({ external }) => external !== true);
  return {
    ids: new Set(managed.flatMap(({ id }) => id ?? [])),
    names: new Set(resources.flatMap(({ urn }) => urn?.split("::").at(-1) ?? [])),
  };
}

function resourcesOf(state: string, from: string): Resource[] {
  try {
    const { deployment } = JSON.parse(state) as { deployment?: { resources?: Resource[] } };
    return deployment?.resources ?? [];
  } catch (error) {
    throw new UserError(`${from} is not the state of a stack as written by "pulumi stack export".`, {
      cause: error,
    });
  }
}

/** The state of the selected stack, exported to a file since it may be too large for the buffer of a pipe. */
export async function exportState(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "camposcloud-adopt-"));
  const file = join(folder, "state.json");
  try {
    await pulumi(["stack", "export", "--file", file]);
    return await readFile(file, "utf8");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function pulumi(args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile("pulumi", args, (error, _stdout, stderr) => {
      if (error) reject(failed(error, stderr));
      else resolve();
    });
    // It must not wait for answers to questions that are not shown.
    child.stdin?.end();
  });
}

function failed(error: Error & { code?: unknown }, stderr: string): UserError {
  const what = error.code === "ENOENT" ? "pulumi is not on the PATH" : stderr.trim() || error.message;
  return new UserError(
    `Could not read the stack's state: ${what}. Select a stack with \`pulumi stack select\`, or pass the state with --state FILE.`,
    { cause: error },
  );
}
