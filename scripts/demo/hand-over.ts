/** What `--keep` prints: how to continue by hand, and how to stop. */
import { join } from "node:path";
import { EMULATOR_TOKEN, type EmulatorProcess } from "./emulator-process";
import { bold, print } from "./transcript";
import { program, type Workspace } from "./workspace";

interface Shell {
  set(name: string, value: string): string;
  /** Also waits a moment, since the apps write to the folder until the emulator has stopped them. */
  stop(pid: number): string;
  remove(folder: string): string;
}

const POSIX: Shell = {
  set: (name, value) => `export ${name}='${value}'`,
  stop: (pid) => `kill ${pid} && sleep 3`,
  remove: (folder) => `rm -r '${folder}'`,
};

const POWERSHELL: Shell = {
  set: (name, value) => `$env:${name} = '${value}'`,
  stop: (pid) => `taskkill /pid ${pid} /t /f`,
  remove: (folder) => `Remove-Item -Recurse '${folder}'`,
};

export function handOver(kept: { workspace: Workspace; emulator: EmulatorProcess; url: string }): void {
  const { workspace, emulator, url } = kept;
  const shell = process.platform === "win32" ? POWERSHELL : POSIX;
  const settings = Object.entries(workspace.settings).map(([name, value]) => shell.set(name, value));
  print(`\n${bold("Still running")}`);
  print(`   the app        ${url}`);
  print(`   the dashboard  ${emulator.url}/#token=${EMULATOR_TOKEN}`);
  print(`   the program    ${join(workspace.project, program)}`);
  print(`\n${bold("To continue")}: change the program or its app, then run in this repository:`);
  for (const line of [...settings, `npm run pulumi -- up --yes --cwd '${workspace.project}'`])
    print(`   ${line}`);
  print(`\n${bold("To stop")}: stop the emulator, which stops the app, and remove the folder:`);
  print(`   ${shell.stop(emulator.pid)}`);
  print(`   ${shell.remove(workspace.folder)}`);
}
