/** Owns finding and starting a real Chromium for the tests of the dashboard. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const ELSEWHERE = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

function find(): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const candidates = [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...ELSEWHERE];
  const found = candidates.find((path) => existsSync(path));
  if (found) return found;
  throw new Error(
    "The dashboard is tested in a real Chromium, and none is on the PATH: run `apt-get install chromium`, or install Google Chrome.",
  );
}

export function openBrowser(): Promise<Browser> {
  const quiet = [
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
  // Root has no sandbox in Chromium; the only pages it opens here are our own.
  return chromium.launch({ executablePath: find(), args: ["--no-sandbox", "--disable-gpu", ...quiet] });
}
