/** The groups of measurements; each returns rows of the table. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Sample } from "./child";
import type { Corpus } from "./corpora";
import { against, duel } from "./duel";
import { pluginRows } from "./plugin";
import { previewRows } from "./preview";
import { median, medianRatio, race } from "./race";
import { requestRows } from "./requests";
import type { Setting } from "./setting";
import { megabytes, type Row, time } from "./table";

export const groups: Record<string, (setting: Setting) => Promise<Row[]>> = {
  pack: packRows,
  digest: digestRows,
  memory: memoryRows,
  require: requireRows,
  preview: previewRows,
  plugin: pluginRows,
  requests: requestRows,
};

const msOf = (samples: readonly Sample[] = []) => samples.map(({ ms }) => ms);
const sizesOf = (samples: readonly Sample[] = []) => samples.map(({ size }) => size ?? Number.NaN);

async function packRows({ tools, corpora, rounds }: Setting): Promise<Row[]> {
  const { many, big, app, rollup, babel, tiny } = corpora;
  const rival = "`zip -r -6 -q`";
  const contest = (folder: string) => ({
    ours: () => tools.child("pack", folder),
    zip: () => tools.zip(folder),
  });
  const withJszip = { ...contest(many.folder), jszip: () => tools.child("jszip", many.folder) };
  const onMany = await race({ rounds, contenders: withJszip });
  const againstZip = async ({ name, folder, title }: Corpus, goal: number) => {
    // A typical app takes so little time that single rounds differ much.
    const samples = await race({ rounds: name === "app" ? rounds * 3 : rounds, contenders: contest(folder) });
    const what = name === "app" ? `pack ${title}, first call` : `pack ${title}`;
    return duel(msOf(samples["ours"]), msOf(samples["zip"]), { what, rival, goal });
  };
  return [
    duel(msOf(onMany["ours"]), msOf(onMany["zip"]), { what: `pack ${many.title}`, rival, goal: 0.75 }),
    sizeRow(onMany, rival),
    duel(msOf(onMany["ours"]), msOf(onMany["jszip"]), {
      what: `pack ${many.title}`,
      rival: "JSZip with buffers, level 6",
      goal: 0.3,
    }),
    await againstZip(big, 0.35),
    await againstZip(app, 1),
    await againstZip(rollup, 0.9),
    await againstZip(babel, 0.9),
    await againstZip(tiny, 0.9),
  ];
}

function sizeRow({ ours, zip }: Record<string, Sample[]>, rival: string): Row {
  const size = medianRatio(sizesOf(ours), sizesOf(zip));
  return {
    what: "size of that archive",
    rival,
    ours: megabytes(median(sizesOf(ours))),
    theirs: megabytes(median(sizesOf(zip))),
    result: `${size.toFixed(3)}x`,
    goal: "<= 1.01x",
    reached: size <= 1.01,
  };
}

async function digestRows({ tools, corpora, rounds }: Setting): Promise<Row[]> {
  const { folder, title } = corpora.many;
  const samples = await race({
    rounds: rounds * 2,
    contenders: {
      ours: () => tools.child("digest", folder),
      files: () => tools.child("read-files", folder),
      buffer: () => tools.child("read-one-buffer", folder),
      hashed: () => tools.child("read-and-hash", folder),
    },
  });
  const what = `digest of ${title} (walk included)`;
  const ours = msOf(samples["ours"]);
  return [
    duel(ours, msOf(samples["files"]), { what, rival: "`readFileSync` of every file", goal: 1.6 }),
    against(ours, msOf(samples["buffer"]), { what, rival: "every file read into one buffer" }),
    against(ours, msOf(samples["hashed"]), { what, rival: "`readFileSync` and SHA-256 of every file" }),
  ];
}

async function memoryRows({ tools, corpora, rounds }: Setting): Promise<Row[]> {
  const { server, address } = await sink();
  try {
    const rows: Row[] = [];
    for (const { name, title, folder } of Object.values(corpora)) {
      const samples: Sample[] = [];
      for (let round = 0; round < rounds; round++) samples.push(await tools.child("upload", folder, address));
      const grown = Math.max(...samples.map((sample) => sample.grown ?? Number.NaN));
      const stall = median(samples.map((sample) => sample.stall ?? Number.NaN));
      const plain = { rival: "the process before", theirs: "" };
      rows.push({
        ...plain,
        what: `peak memory, pack and upload ${name}`,
        ours: `+${megabytes(grown)}`,
        result: `+${megabytes(grown)}`,
        goal: "<= +200 MB",
        reached: grown <= 200e6,
      });
      rows.push({
        ...plain,
        rival: "",
        what: `longest stall of the event loop, pack and upload ${title}`,
        ours: time(stall),
        result: time(stall),
        goal: "<= 50 ms",
        reached: stall <= 50,
      });
    }
    return rows;
  } finally {
    server.close();
  }
}

/** A server that accepts and discards any upload. */
async function sink() {
  const server = createServer((request, response) => request.resume().on("end", () => response.end("{}")));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

async function requireRows({ tools, rounds }: Setting): Promise<Row[]> {
  const samples = await race({
    rounds: rounds * 2,
    contenders: {
      ours: () => tools.load(["@pulumi/pulumi", `${tools.built}/dist/provider/index.js`]),
      alone: () => tools.load(["@pulumi/pulumi"]),
    },
  });
  const what = "`require` of `@pulumi/pulumi` and of this package";
  return [
    duel(msOf(samples["ours"]), msOf(samples["alone"]), {
      what,
      rival: "`@pulumi/pulumi` alone",
      goal: 1.1,
    }),
  ];
}
