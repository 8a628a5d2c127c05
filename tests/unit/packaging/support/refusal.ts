/** Expects the room to refuse a source, with the right kind, path and words. */
import { match, ok, strictEqual } from "node:assert/strict";
import { SourceError, type SourceErrorKind } from "../../../../provider/packaging/files/source-error";

export interface Refusal {
  kind: SourceErrorKind;
  path?: string;
  message?: RegExp;
}

export async function refused(work: Promise<unknown>, { kind, path, message }: Refusal): Promise<void> {
  const error = await work.then(
    () => new Error("nothing was refused"),
    (reason: unknown) => reason,
  );
  ok(error instanceof SourceError, String(error));
  strictEqual(error.kind, kind, error.message);
  if (path !== undefined) strictEqual(error.path, path);
  if (message) match(error.message, message);
  ok(!error.message.includes("\n"), "the message is one line");
}
