/** Trees of real files in a temporary folder, deleted after the test. */
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Path to content. */
export type Tree = Record<string, string | Uint8Array | { link: string } | { executable: string }>;

const made: string[] = [];

export function tempFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "packaging-test-")));
  made.push(folder);
  return folder;
}

export function tempTree(tree: Tree, folder = tempFolder()): string {
  for (const [path, content] of Object.entries(tree)) {
    const absolute = join(folder, path);
    mkdirSync(dirname(absolute), { recursive: true });
    if (typeof content === "string" || content instanceof Uint8Array) writeFileSync(absolute, content);
    else if ("link" in content) symlinkSync(content.link, absolute);
    else {
      writeFileSync(absolute, content.executable);
      chmodSync(absolute, 0o755);
    }
  }
  return folder;
}

export function removeTempTrees(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}
