/** `npm run picture`: takes the screenshot of the emulator's dashboard in docs/, with a few real apps. */
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import JSZip from "jszip";
import { chromium } from "playwright-core";
import { type Emulator, startEmulator } from "../emulator";

const PICTURE = join(__dirname, "..", "docs", "dashboard.png");
const SIZE = { width: 1080, height: 660 };
/** Long enough for the plots to show a line. */
const WARM_UP_MS = 45_000;

const WEB = `
const http = require("http");
const kept = [];
const server = http.createServer((request, response) => {
  console.log(new Date().toISOString().slice(11, 19), request.method, request.url, 200);
  kept.push(Buffer.alloc(300_000, 1));
  if (kept.length > 60) kept.splice(0, 40);
  for (const end = Date.now() + 40; Date.now() < end; );
  response.end("hello");
});
server.listen(process.env.PORT, () => console.log("shop listens on port", process.env.PORT));
`;
const BOT = `
console.log("bot is signed in, 3 servers");
setInterval(() => console.log("heartbeat"), 5000);
`;
const CRASHES = `
console.error("Error: LOGIN_TOKEN is not set");
process.exit(1);
`;

interface DemoApp {
  name: string;
  code: string;
  web?: boolean;
  variables?: string[];
}

const APPS: readonly DemoApp[] = [
  { name: "shop", code: WEB, web: true, variables: ["DATABASE_URL", "SESSION_SECRET"] },
  { name: "music-bot", code: BOT, variables: ["DISCORD_TOKEN"] },
  { name: "staging-bot", code: CRASHES },
];

async function create(emulator: Emulator, { name, code, web = false, variables = [] }: DemoApp) {
  const zip = new JSZip().file("index.js", code).file("package.json", JSON.stringify({ name }));
  const form = new FormData();
  const fields = { appName: name, mainFile: "index.js", memoryMB: "256", runtimeEnvironment: "nodejs" };
  const secrets = JSON.stringify(variables.map((key) => ({ key, value: "hidden" })));
  for (const [field, value] of Object.entries({ ...fields, environmentVariables: secrets }))
    form.append(field, value);
  form.append("exposedViaWeb", String(web));
  form.append("file", new Blob([await zip.generateAsync({ type: "arraybuffer" })]), "file.zip");
  await call(emulator, "/v1/apps/create", { method: "POST", body: form });
}

async function call(emulator: Emulator, path: string, init: RequestInit = {}): Promise<void> {
  const headers = { authorization: `Bearer ${emulator.token}` };
  const answer = await fetch(emulator.url + path, { ...init, headers });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
}

/** Visits the web app periodically, so that its memory, CPU and log show activity. */
async function keepBusy(emulator: Emulator): Promise<void> {
  const app = emulator.apps().find(({ exposedViaWeb }) => exposedViaWeb);
  const paths = ["/", "/products", "/products/7", "/basket"];
  const end = Date.now() + WARM_UP_MS;
  for (let index = 0; Date.now() < end; index += 1) {
    const headers = { host: `${app?.assignedSubdomain}.localhost` };
    await fetchAs(`${emulator.url}${paths[index % paths.length]}`, headers);
    await new Promise((done) => setTimeout(done, 150 + 350 * (index % 3)));
  }
}

/** `fetch` does not let a program choose the host header. */
async function fetchAs(url: string, headers: Record<string, string>): Promise<void> {
  const { get } = await import("node:http");
  await new Promise<void>((done, failed) => {
    get(url, { headers }, (response) => response.resume().on("end", done)).on("error", failed);
  });
}

function findChromium(): string {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync);
  if (!found) throw new Error("No Chromium on the PATH: run `apt-get install chromium`.");
  return found;
}

async function takePicture(emulator: Emulator): Promise<void> {
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"],
  });
  try {
    const page = await browser.newPage({ viewport: SIZE, colorScheme: "light", locale: "en-GB" });
    await page.goto(emulator.dashboardUrl);
    await page.getByRole("button", { name: /^shop online/ }).waitFor();
    await page.locator("#memory-plot polyline").waitFor({ state: "attached" });
    await page.waitForTimeout(1500);
    await page.screenshot({ path: PICTURE });
  } finally {
    await browser.close();
  }
}

async function main(): Promise<void> {
  const emulator = await startEmulator({ writeWindowSeconds: 0 });
  try {
    for (const app of APPS) await create(emulator, app);
    await keepBusy(emulator);
    await call(emulator, "/v1/users/@me");
    await takePicture(emulator);
    console.log(`${PICTURE}: ${Math.round(readFileSync(PICTURE).length / 1024)} KB`);
  } finally {
    await emulator.close();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
