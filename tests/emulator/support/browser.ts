/** Owns finding and starting a real Chromium for the tests of the dashboard. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { sayMissing } from "../../support/programs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const ELSEWHERE = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

function find(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const candidates = [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...ELSEWHERE];
  return candidates.find((path) => existsSync(path));
}

const MISSING =
  "The dashboard is tested in a real Chromium, and none is on the PATH: " +
  "run `apt-get install chromium`, or install Google Chrome.";

/** Undefined, after saying loudly what to install, where there is no Chromium; an error on a CI that installs it. */
export async function openBrowser(): Promise<Browser | undefined> {
  const executablePath = find();
  if (executablePath === undefined) {
    sayMissing(MISSING, "the dashboard");
    return undefined;
  }
  const quiet = [
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
  // Root has no sandbox in Chromium; the only pages it opens here are our own.
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", ...quiet] });
}
