/** Where the worker thread's program is, and what Node needs to run it. */
import { extname, join } from "node:path";

const extension = extname(__filename);

/** Beside this module: compiled in the package, TypeScript in the package's own tests. */
export const workerFile = join(__dirname, `worker${extension}`);

// The main thread's own arguments, such as preloaded modules, are not for the workers.
export const workerArguments = extension === ".ts" ? ["--require", "ts-node/register/transpile-only"] : [];
