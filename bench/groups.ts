/** What is measured, group by group; each gives rows of the table. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Sample } from "./child";
import { against, duel } from "./duel";
import { previewRows } from "./preview";
import { median, medianRatio, race } from "./race";
import type { Setting } from "./setting";
import { type Row, time } from "./table";

export const groups: Record<string, (setting: Setting) => Promise<Row[]>> = {
  pack: packRows,
  digest: digestRows,
  memory: memoryRows,
  require: requireRows,
  preview: previewRows,
};

const times = (samples: readonly Sample[] = []) => samples.map(({ ms }) => ms);
const sizes = (samples: readonly Sample[] = []) => samples.map(({ size }) => size ?? Number.NaN);

async function packRows({ tools, corpora, rounds }: Setting): Promise<Row[]> {
  const { many, big, app } = corpora;
  const contest = (folder: string) => ({
    ours: () => tools.child("pack", folder),
    zip: () => tools.zip(folder),
  });
  const withJszip = { ...contest(many.folder), jszip: () => tools.child("jszip", many.folder) };
  const onMany = await race({ rounds, contenders: withJszip });
  const onBig = await race({ rounds, contenders: contest(big.folder) });
  const onApp = await race({ rounds: rounds * 3, contenders: contest(app.folder) });
  const zip = "`zip -r -6 -q`";
  const size = medianRatio(sizes(onMany["ours"]), sizes(onMany["zip"]));
  return [
    duel(times(onMany["ours"]), times(onMany["zip"]), { what: `pack ${many.title}`, rival: zip, goal: 0.75 }),
    {
      what: "size of that archive",
      rival: zip,
      ours: megabytes(median(sizes(onMany["ours"]))),
      theirs: megabytes(median(sizes(onMany["zip"]))),
      result: `${size.toFixed(3)}x`,
      goal: "<= 1.01x",
      reached: size <= 1.01,
    },
    duel(times(onMany["ours"]), times(onMany["jszip"]), {
      what: `pack ${many.title}`,
      rival: "JSZip with buffers, level 6",
      goal: 0.3,
    }),
    duel(times(onBig["ours"]), times(onBig["zip"]), { what: `pack ${big.title}`, rival: zip, goal: 0.35 }),
    duel(times(onApp["ours"]), times(onApp["zip"]), {
      what: `pack ${app.title}, first call`,
      rival: zip,
      goal: 1,
    }),
  ];
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
  const ours = times(samples["ours"]);
  return [
    duel(ours, times(samples["files"]), { what, rival: "`readFileSync` of every file", goal: 1.6 }),
    against(ours, times(samples["buffer"]), { what, rival: "every file read into one buffer" }),
    against(ours, times(samples["hashed"]), { what, rival: "`readFileSync` and SHA-256 of every file" }),
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

/** A server that takes any upload and forgets it. */
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
    duel(times(samples["ours"]), times(samples["alone"]), {
      what,
      rival: "`@pulumi/pulumi` alone",
      goal: 1.1,
    }),
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
