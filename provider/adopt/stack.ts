/** What the tool needs to know of a stack's state, and how it gets the state. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../errors";
import { nativeTypeToken, typeToken } from "../resource/state-text";

export interface Stack {
  /** Ids of the apps that it manages. */
  ids: ReadonlySet<string>;
  /** Names of its resources of our types. */
  names: ReadonlySet<string>;
}

interface Resource {
  type?: string;
  urn?: string;
  id?: string;
  /** Only read, by `get`. */
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
    throw new UserError(`${from} is not a stack's state as "pulumi stack export" writes it.`, {
      cause: error,
    });
  }
}

/** The state of the selected stack, of any size: it goes through a file, since the buffers of a pipe are limited. */
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
    // It must not wait for answers to questions that nobody sees.
    child.stdin?.end();
  });
}

function failed(error: Error & { code?: unknown }, stderr: string): UserError {
  const what = error.code === "ENOENT" ? "pulumi is not on the PATH" : stderr.trim() || error.message;
  return new UserError(
    `Could not read the stack's state: ${what}. Select a stack with \`pulumi stack select\`, or give the state with --state FILE.`,
    { cause: error },
  );
}
