/** The output of the demo: numbered steps, commands, and their indented output. */

const colourful = process.stdout.isTTY === true && process.env["NO_COLOR"] === undefined;
const paint = (code: number) => (text: string) => (colourful ? `\x1b[${code}m${text}\x1b[0m` : text);
const bold = paint(1);
const dim = paint(2);
const green = paint(32);
const cyan = paint(36);

/** The CLI's option for colours. */
export const colourFlag = colourful ? "always" : "never";

let steps = 0;

/** Starts a step: what happens, and what it shows. */
export function step(title: string, shows: string): void {
  print(`\n${bold(`${++steps}. ${title}`)}`);
  print(`   ${shows}\n`);
}

export function command(line: string): void {
  print(`   ${cyan("$")} ${bold(line)}`);
}

/** One line of output of a command or an app. */
export function quote(line: string): void {
  print(`   ${dim("│")} ${line}`);
}

/** Prints a successful check. */
export function checked(text: string): void {
  print(`   ${green("✓")} ${text}`);
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export { bold, dim };
