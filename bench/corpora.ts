/** The trees that are packed: generated in a temporary folder, with the same bytes in every run. */
import { chmodSync, closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Corpus {
  name: "app" | "many" | "big" | "rollup" | "babel" | "tiny";
  /** For the table. */
  title: string;
  folder: string;
  files: number;
  bytes: number;
}

/** Random numbers that only depend on the seed. */
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
  return {
    app: app(join(root, "app")),
    many: many(join(root, "many")),
    big: big(join(root, "big")),
    rollup: shaped(join(root, "rollup"), rollup),
    babel: shaped(join(root, "babel"), babel),
    tiny: tiny(join(root, "tiny")),
  };
}

function app(folder: string): Corpus {
  makeApp(folder, 1);
  return { name: "app", title: "a typical app", folder, files: 200, bytes: appBytes };
}

const appBytes = 1_600_000;

/** An app of 200 files, including `main.js`; each seed gives a different one. */
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

/** Sizes as in installed packages: most files are small, a few contain most of the bytes. */
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

/** Lines like those of a program, with a few frequent words and many rare ones; compresses to about a quarter. */
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

/** The shape of a public repository on GitHub, rollup/rollup or babel/babel, counted in a checkout without .git. */
interface RepositoryShape {
  name: "rollup" | "babel";
  files: number;
  folders: number;
  bytes: number;
  /** The nine inner deciles of the files' sizes. */
  deciles: readonly number[];
  largest: number;
  /** Number of folders above most files. */
  depth: number;
}

const rollup: RepositoryShape = {
  name: "rollup",
  files: 13_485,
  folders: 4160,
  bytes: 11_969_132,
  deciles: [29, 53, 78, 102, 129, 167, 221, 324, 603],
  largest: 2_065_533,
  depth: 5,
};

const babel: RepositoryShape = {
  name: "babel",
  files: 27_613,
  folders: 12_256,
  bytes: 39_908_501,
  deciles: [19, 32, 46, 71, 112, 192, 428, 1250, 2410],
  largest: 3_413_334,
  depth: 6,
};

function shaped(folder: string, shape: RepositoryShape): Corpus {
  const random = new Random(4);
  const words = vocabulary(random);
  const sizes = sizesOf(shape, random);
  sizes.forEach((size, i) => {
    const path = join(
      folder,
      nestedPlace(Math.floor((i * shape.folders) / shape.files), shape.depth),
      `${words[i % words.length]}-${i}.js`,
    );
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, prose(random, words, size));
  });
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return {
    name: shape.name,
    title: `a tree like ${shape.name}'s repository, ${sizes.length.toLocaleString("en")} files`,
    folder,
    files: sizes.length,
    bytes,
  };
}

/** From the deciles; the largest tenth, which includes the largest file, contains the remaining bytes. */
function sizesOf({ files, bytes, deciles, largest }: RepositoryShape, random: Random): number[] {
  const bounds = [1, ...deciles];
  const sizes = Array.from({ length: files - 1 }, (_, i) => {
    const decile = i % 10;
    const low = bounds[decile] ?? 1;
    const high = bounds[decile + 1] ?? low;
    return decile === 9 ? low * Math.exp(2 * random.next()) : Math.round(low + (high - low) * random.next());
  });
  const small = sizes.reduce((sum, size, i) => sum + (i % 10 === 9 ? 0 : size), 0);
  const rest = sizes.reduce((sum, size, i) => sum + (i % 10 === 9 ? size : 0), 0);
  const scale = (bytes - largest - small) / rest;
  return [largest, ...sizes.map((size, i) => Math.round(i % 10 === 9 ? size * scale : size))];
}

/** The path of one of many folders, with ten folders in each folder. */
function nestedPlace(folder: number, depth: number): string {
  const digits = String(folder).padStart(depth, "0").split("");
  return join(
    "packages",
    ...digits.map(
      (digit, level) => `${["test", "fixtures", "samples", "case", "form", "input"][level % 6]}-${digit}`,
    ),
  );
}

function tiny(folder: string): Corpus {
  const random = new Random(5);
  const words = vocabulary(random);
  const files = 50_000;
  for (let i = 0; i < files; i++) {
    const path = join(folder, `group-${i % 50}`, `part-${Math.floor(i / 50) % 20}`, `${i}.js`);
    if (i < 1000) mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, prose(random, words, 200));
  }
  return { name: "tiny", title: "50,000 files of 200 bytes", folder, files, bytes: files * 200 };
}
