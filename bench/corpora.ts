/** The trees that are packed: the same bytes in every run, made up in a temporary folder and never committed. */
import { chmodSync, closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Corpus {
  name: "app" | "many" | "big";
  /** For the table. */
  title: string;
  folder: string;
  files: number;
  bytes: number;
}

/** Random numbers that depend on the seed alone. */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  bits(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  next(): number {
    return this.bits() / 2 ** 32;
  }

  whole(below: number): number {
    return Math.floor(this.next() * below);
  }
}

export function makeCorpora(root: string): Record<Corpus["name"], Corpus> {
  return { app: app(join(root, "app")), many: many(join(root, "many")), big: big(join(root, "big")) };
}

function app(folder: string): Corpus {
  makeApp(folder, 1);
  return { name: "app", title: "a typical app", folder, files: 200, bytes: appBytes };
}

const appBytes = 1_600_000;

/** An app of 200 files, `main.js` among them; another for another seed. */
export function makeApp(folder: string, seed: number): void {
  writeTree(folder, { files: 199, bytes: appBytes, seed });
  writeFileSync(join(folder, "main.js"), "");
}

function many(folder: string): Corpus {
  const bytes = 117_000_000;
  writeTree(folder, { files: 11_700, bytes, seed: 2 });
  return { name: "many", title: "many small files", folder, files: 11_700, bytes };
}

/** Two thirds of it cannot be compressed, like pictures, and one third is text, like a data set. */
function big(folder: string): Corpus {
  mkdirSync(folder, { recursive: true });
  const random = new Random(3);
  writePieces(join(folder, "media.bin"), 200, () => noise(random, 1_000_000));
  const words = vocabulary(random);
  writePieces(join(folder, "data.txt"), 100, () => Buffer.from(prose(random, words, 1_000_000)));
  return { name: "big", title: "two big files", folder, files: 2, bytes: 300_000_000 };
}

function writePieces(path: string, count: number, piece: () => Buffer): void {
  const file = openSync(path, "w");
  for (let i = 0; i < count; i++) writeSync(file, piece());
  closeSync(file);
}

function noise(random: Random, length: number): Buffer {
  const numbers = Uint32Array.from({ length: length / 4 }, () => random.bits());
  return Buffer.from(numbers.buffer);
}

interface TreeShape {
  files: number;
  bytes: number;
  seed: number;
}

/** Sizes as in installed packages: most files are small, a few hold much of the bytes. */
function writeTree(folder: string, { files, bytes, seed }: TreeShape): void {
  const random = new Random(seed);
  const words = vocabulary(random);
  const weights = Array.from({ length: files }, () => Math.exp(1.6 * bell(random)));
  const scale = bytes / weights.reduce((sum, weight) => sum + weight, 0);
  weights.forEach((weight, i) => {
    const path = join(folder, placeOf(i), `${words[i % words.length]}-${i}.js`);
    const size = Math.max(1, Math.round(weight * scale));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, prose(random, words, size));
    if (i % 50 === 0) chmodSync(path, 0o755);
  });
}

/** About eight files a folder, three levels deep. */
function placeOf(file: number): string {
  const folder = Math.floor(file / 8);
  return join(`group-${folder % 40}`, `part-${Math.floor(folder / 40)}`, folder % 3 === 0 ? "lib" : "");
}

/** About normally distributed around 0. */
function bell(random: Random): number {
  return Array.from({ length: 12 }, () => random.next()).reduce((sum, value) => sum + value, -6);
}

function vocabulary(random: Random): string[] {
  const letters = "etaoinshrdlucmfwypvbgk";
  const word = () =>
    Array.from({ length: 2 + random.whole(9) }, () => letters[random.whole(letters.length)]).join("");
  return Array.from({ length: 3000 }, word);
}

const shapes = [
  "const $ = require('./$');",
  "function $($, $) {",
  "  return $.$($) + $;",
  "  if ($ === $.$) $($, '$');",
  "}",
  "exports.$ = $;",
  "  // $ $ the $ of $ $",
  "  this.$ = { $: $, $: '$' };",
];

/** Lines like a program's, over few words that are used often and many that are not: packs to about a quarter. */
function prose(random: Random, words: readonly string[], length: number): string {
  const lines: string[] = [];
  const local = Array.from({ length: 24 }, () => frequent(random, words));
  for (let made = 0; made < length; ) {
    const shape = shapes[random.whole(shapes.length)] ?? "";
    const line = shape.replaceAll("$", () =>
      random.next() < 0.85 ? (local[random.whole(24)] ?? "") : frequent(random, words),
    );
    lines.push(line);
    made += line.length + 1;
  }
  return lines.join("\n").slice(0, length);
}

function frequent(random: Random, words: readonly string[]): string {
  return words[Math.floor(random.next() ** 3 * words.length)] ?? "";
}
