/** A fake machine for the tests of the CLI search: its own home, cache, PATH and npm launcher, made of small scripts. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { builtCliFolder } from "../../scripts/cli/cache";
import type { Search } from "../../scripts/cli/search";
import { pathFolders, programIn } from "../../scripts/cli/search-path";
import { CLI_VERSION } from "../../scripts/cli/versions";

function realTool(name: string): string {
  for (const folder of pathFolders(process.env)) {
    const found = programIn(folder, name);
    if (found !== undefined) return found;
  }
  throw new Error(`The tests need ${name} on the PATH.`);
}

const HOST = "pulumi-language-nodejs";

export class FakeMachine {
  readonly root = mkdtempSync(join(tmpdir(), "fake-machine-"));
  readonly tools = join(this.root, "tools");
  readonly starter = join(this.root, "starter.js");
  readonly env: NodeJS.ProcessEnv = {
    HOME: join(this.root, "home"),
    XDG_CACHE_HOME: join(this.root, "cache"),
    PATH: this.tools,
  };
  shown = "";

  constructor() {
    mkdirSync(this.tools, { recursive: true });
    // Links to the programs that the scripts below call, not to their folder, which may contain a real `go` or `pulumi`.
    for (const tool of ["chmod", "dirname", "mkdir", "sleep"])
      symlinkSync(realTool(tool), join(this.tools, tool));
    this.starterRuns('process.stderr.write("fetch failed\\n"); process.exit(1);');
  }

  /** The options for `ensurePulumi`. */
  get search(): Search {
    return {
      env: this.env,
      starter: this.starter,
      firstAnswerWithinMs: 2_000,
      output: {
        write: (text: string) => {
          this.shown += text;
        },
      },
    };
  }

  get downloadFolder(): string {
    return join(this.root, "home", ".pulumi", "versions", CLI_VERSION, "bin");
  }

  get buildFolder(): string {
    return builtCliFolder(this.env);
  }

  script(file: string, body: string): string {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${body}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  /** Creates a CLI that supports `version`, with its language host, in a folder. */
  cli(folder: string, version: string): string {
    this.script(join(folder, "pulumi"), `echo v${version}`);
    this.script(join(folder, HOST), "exit 0");
    return folder;
  }

  starterRuns(code: string): void {
    writeFileSync(this.starter, code);
  }

  /** A `go` that records its calls; its builds take a moment and create a working CLI. */
  go(onBuild = `printf '#!/bin/sh\\necho v${CLI_VERSION}\\n' > "$out"; chmod +x "$out"`): void {
    this.script(
      join(this.tools, "go"),
      [
        `echo "$@" >> ${this.goLog}`,
        '[ "$1" = build ] || exit 0',
        'while [ "$1" != "-o" ]; do shift; done; out="$2"; mkdir -p "$(dirname "$out")"',
        "sleep 0.3",
        onBuild,
      ].join("\n"),
    );
  }

  goCalls(verb: string): string[] {
    if (!existsSync(this.goLog)) return [];
    return readFileSync(this.goLog, "utf8")
      .split("\n")
      .filter((line) => line.startsWith(`${verb} `));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private get goLog(): string {
    return join(this.root, "go.log");
  }
}
