/** The effect of each change as a table, which serves as documentation and is run by changes.test.ts. */

export interface Row {
  /** What the user does. */
  change: string;
  /** Additional arguments, before and after. `undefined` removes an argument. */
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
  /** Files changed in the app's folder between the two: text by path; null deletes the file. */
  files?: Record<string, string | null>;
  /** Done outside of Pulumi between the two. */
  meanwhile?: "stop";
  op: "same" | "update" | "replace";
  /** What a preview shows, in addition to sourceHash. */
  names?: string[];
  /** The writes that the API receives, in order. */
  calls: Call[];
}

export type Call = "create" | "update" | "upload" | "files" | "restart" | "start" | "stop" | "delete";

const env = (variables: Record<string, string>) => ({ environmentVariables: variables });

export const table: Row[] = [
  { change: "nothing", op: "same", calls: [] },
  {
    change: "memoryMB",
    after: { memoryMB: 512 },
    op: "update",
    names: ["memoryMB", "allocatedMemoryMB"],
    calls: ["update", "restart"],
  },
  {
    change: "appName",
    after: { appName: "renamed" },
    op: "update",
    names: ["appName", "name"],
    calls: ["update"],
  },
  {
    change: "runtimeEnvironment",
    after: { runtimeEnvironment: "python" },
    op: "update",
    names: ["runtimeEnvironment"],
    calls: ["update", "restart"],
  },
  {
    change: "exposedViaWeb on",
    after: { exposedViaWeb: true },
    op: "update",
    names: ["exposedViaWeb"],
    calls: ["update", "restart"],
  },
  {
    change: "exposedViaWeb off",
    before: { exposedViaWeb: true },
    after: { exposedViaWeb: false },
    op: "update",
    names: ["exposedViaWeb"],
    calls: ["update", "restart"],
  },
  {
    change: "autoRestartEnabled",
    after: { autoRestartEnabled: true },
    op: "update",
    names: ["autoRestartEnabled"],
    calls: ["update"],
  },
  {
    change: "startupCommand given",
    after: { startupCommand: "node index.js --fast" },
    op: "update",
    names: ["startupCommand"],
    calls: ["update", "restart"],
  },
  {
    change: "startupCommand changed",
    before: { startupCommand: "node index.js --a" },
    after: { startupCommand: "node index.js --b" },
    op: "update",
    names: ["startupCommand"],
    calls: ["update", "restart"],
  },
  {
    change: "startupCommand taken out: left as it is",
    before: { startupCommand: "node index.js --a" },
    after: { startupCommand: undefined },
    op: "update",
    names: ["startupCommand"],
    calls: [],
  },
  {
    change: "environmentVariables given",
    after: env({ A: "alpha" }),
    op: "update",
    names: ["environmentVariables"],
    calls: ["update", "restart"],
  },
  {
    change: "one variable changed",
    before: env({ A: "alpha", B: "beta" }),
    after: env({ A: "alpha", B: "gamma" }),
    op: "update",
    names: ["environmentVariables.B"],
    calls: ["update", "restart"],
  },
  {
    change: "one variable taken out",
    before: env({ A: "alpha", B: "beta" }),
    after: env({ A: "alpha" }),
    op: "update",
    names: ["environmentVariables.B"],
    calls: ["update", "restart"],
  },
  {
    change: "variables in another order",
    before: env({ A: "alpha", B: "beta" }),
    after: env({ B: "beta", A: "alpha" }),
    op: "same",
    calls: [],
  },
  {
    change: "variables cleared with {}",
    before: env({ A: "alpha" }),
    after: env({}),
    op: "update",
    names: ["environmentVariables.A"],
    calls: ["update", "restart"],
  },
  {
    change: "environmentVariables taken out: left alone",
    before: env({ A: "alpha" }),
    after: { environmentVariables: undefined },
    op: "update",
    names: ["environmentVariables"],
    calls: [],
  },
  {
    change: "a file's content",
    files: { "index.js": "// two\n" },
    op: "update",
    names: ['sourceFiles["index.js"]'],
    calls: ["upload", "restart"],
  },
  {
    change: "a new file",
    files: { "lib/more.js": "// more\n" },
    op: "update",
    names: ['sourceFiles["lib/more.js"]'],
    calls: ["upload", "restart"],
  },
  {
    change: "a file deleted",
    files: { "data.txt": null },
    op: "update",
    names: ['sourceFiles["data.txt"]'],
    calls: ["upload", "files", "restart"],
  },
  {
    change: "a file renamed",
    files: { "data.txt": null, "facts.txt": "data\n" },
    op: "update",
    names: ['sourceFiles["data.txt"]', 'sourceFiles["facts.txt"]'],
    calls: ["upload", "files", "restart"],
  },
  {
    change: "a file written again with the same content",
    files: { "data.txt": "data\n" },
    op: "same",
    calls: [],
  },
  { change: "an ignored file", files: { ".env": "SECRET=1\n" }, op: "same", calls: [] },
  {
    change: "the source's path spelled another way",
    after: { source: "apps/../apps/{name}/" },
    op: "same",
    calls: [],
  },
  { change: "the source moved", after: { source: "./copies/{name}" }, op: "same", calls: [] },
  { change: "ignore that hits nothing", after: { ignore: ["*.log"] }, op: "same", calls: [] },
  {
    change: "ignore that hits a file",
    after: { ignore: ["data.txt"] },
    op: "update",
    names: ["ignore", 'sourceFiles["data.txt"]'],
    calls: ["upload", "files", "restart"],
  },
  {
    change: "source and settings together",
    after: { memoryMB: 512 },
    files: { "index.js": "// two\n" },
    op: "update",
    names: ["memoryMB", "allocatedMemoryMB", 'sourceFiles["index.js"]'],
    calls: ["update", "upload", "restart"],
  },
  {
    change: "memory in camposcloud.config",
    before: { memoryMB: undefined },
    after: { memoryMB: undefined },
    files: { "camposcloud.config": "MEMORY=512\n" },
    op: "update",
    names: ["memoryMB", "allocatedMemoryMB", 'sourceFiles["camposcloud.config"]'],
    calls: ["update", "upload", "restart"],
  },
  { change: "mainFile spelled another way", after: { mainFile: "./index.js" }, op: "same", calls: [] },
  {
    change: "waitForOnline",
    after: { waitForOnline: false },
    op: "update",
    names: ["waitForOnline"],
    calls: [],
  },
  {
    change: "running, of an app that runs",
    after: { running: true },
    op: "update",
    names: ["running"],
    calls: [],
  },
  { change: "running: false", after: { running: false }, op: "update", names: ["running"], calls: ["stop"] },
  {
    change: "running: false to true",
    before: { running: false },
    after: { running: true },
    op: "update",
    names: ["running"],
    calls: ["start"],
  },
  {
    change: "running taken out: left as it is",
    before: { running: false },
    after: { running: undefined },
    op: "update",
    names: ["running"],
    calls: [],
  },
  {
    change: "settings of an app that somebody stopped",
    meanwhile: "stop",
    after: { memoryMB: 512 },
    op: "update",
    names: ["memoryMB", "allocatedMemoryMB"],
    calls: ["update"],
  },
  {
    change: "source of an app that somebody stopped",
    meanwhile: "stop",
    files: { "index.js": "// two\n" },
    op: "update",
    names: ['sourceFiles["index.js"]'],
    calls: ["upload"],
  },
  {
    change: "running: true for an app that somebody stopped",
    meanwhile: "stop",
    after: { running: true },
    op: "update",
    names: ["running"],
    calls: ["start"],
  },
  {
    change: "settings and running: false",
    after: { memoryMB: 512, running: false },
    op: "update",
    names: ["memoryMB", "allocatedMemoryMB", "running"],
    calls: ["update", "stop"],
  },
  {
    change: "mainFile",
    after: { mainFile: "data.txt" },
    op: "replace",
    names: ["mainFile"],
    calls: ["delete", "create", "files"],
  },
  {
    change: "teamId",
    after: { teamId: "64a000000000000000000001" },
    op: "replace",
    names: ["teamId"],
    calls: ["delete", "create", "files"],
  },
  {
    change: "account",
    after: { account: "work" },
    op: "replace",
    names: ["account"],
    calls: ["delete", "create", "files"],
  },
  {
    change: "adopt, after the creation",
    after: { adopt: "64a000000000000000000009" },
    op: "same",
    calls: [],
  },
];
