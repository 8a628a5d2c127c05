/** Owns the record of an app as stored on disk. */
import { randomBytes, randomUUID } from "node:crypto";

export type Runtime = "python" | "nodejs";

export interface Variable {
  key: string;
  value: string;
  _id: string;
}

/** The settings of create and update. */
export interface AppSettings {
  name: string;
  memoryMB: number;
  runtime: Runtime;
  exposedViaWeb: boolean;
  autoRestart: boolean;
  /** Undefined: derived from the runtime and the main file. */
  customCommand?: string | undefined;
  variables: Variable[];
}

export interface AppRecord extends AppSettings {
  id: string;
  userId: string;
  teamId: string | null;
  mainFile: string;
  containerId: string;
  subdomain: string;
  /** The value of PORT; kept across restarts as long as it is free. */
  port: number;
  /** Whether it should be running; a crash without restart turns it off. */
  power: "on" | "off";
  restartRequired: boolean;
  createdAt: string;
  updatedAt: string;
}

/** Ids of the API have 24 hexadecimal digits. */
export const newId = () => randomBytes(12).toString("hex");

export interface NewApp {
  settings: AppSettings;
  userId: string;
  teamId: string | null;
  mainFile: string;
  port: number;
  power: "on" | "off";
}

export function newRecord({ settings, ...rest }: NewApp): AppRecord {
  const now = new Date().toISOString();
  return {
    ...settings,
    ...rest,
    id: newId(),
    containerId: randomUUID(),
    subdomain: subdomainFor(settings.name),
    restartRequired: false,
    createdAt: now,
    updatedAt: now,
  };
}

/** A DNS label: the name in lower-case ASCII and a suffix that makes it unique. */
function subdomainFor(name: string): string {
  const ascii = name
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase();
  const label = ascii
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/, "");
  return `${label || "app"}-${randomBytes(3).toString("hex")}`;
}

const DERIVED = {
  python: {
    program: "python -u",
    install: "pip install -r requirements.txt",
    image: "kevencampos/camposcloud-python",
  },
  nodejs: { program: "node", install: "npm install", image: "kevencampos/camposcloud-nodejs" },
} as const;

export const derivedCommand = (runtime: Runtime, mainFile: string) =>
  `${DERIVED[runtime].program} ${mainFile}`;
export const startupCommand = (app: AppRecord) =>
  app.customCommand ?? derivedCommand(app.runtime, app.mainFile);
export const installCommand = (runtime: Runtime) => DERIVED[runtime].install;
export const containerImage = (runtime: Runtime) => DERIVED[runtime].image;
