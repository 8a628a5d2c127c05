/** Lines for the CLI: the engine ends the provider process as soon as it has the last result. */
import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { connect as connectDynamic } from "../../../provider/engine/dynamic/engine-client";
import { EngineWatch } from "../../../provider/engine/engine-watch";
import { connect as connectNative } from "../../../provider/engine/native/engine-client";
import { Operations } from "../../../provider/engine/operations";
import { EngineLog, type Line, type Send } from "../../../provider/engine/progress";

const urn = "urn:pulumi:dev::shop::camposcloud:index:App::web";
const line = { urn, text: "careful", severity: "warning", ephemeral: false } as const;

/** Whether a promise is still pending after everything that is ready has run. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol("pending");
  const soon = new Promise((done) => setTimeout(done, 100, pending));
  return (await Promise.race([promise, soon])) === pending;
}

/** A log whose engine responds when told to. */
function slowLog() {
  const lines: Line[] = [];
  const answers: (() => void)[] = [];
  const send: Send = (sent) => {
    lines.push(sent);
    return new Promise((done) => answers.push(done));
  };
  const answer = () => {
    for (const done of answers.splice(0)) done();
  };
  return { log: new EngineLog(() => send), lines, answer };
}

describe("EngineLog", () => {
  it("waits for the lines that stay, not for progress", async () => {
    const { log, answer } = slowLog();
    log.show({ ...line, ephemeral: true });
    assert.equal(await isPending(log.delivered()), false);
    log.show(line);
    const delivered = log.delivered();
    assert.equal(await isPending(delivered), true);
    answer();
    await delivered;
    assert.equal(await isPending(log.delivered()), false);
  });

  it("waits for nothing without an engine", async () => {
    const log = new EngineLog(() => undefined);
    log.show(line);
    await log.delivered();
  });

  it("shows a text once if asked to", () => {
    const { log, lines } = slowLog();
    for (const app of ["a", "b"]) log.showOnce({ ...line, urn: `${urn}${app}` });
    assert.deepEqual(lines, [{ ...line, urn: `${urn}a` }]);
  });
});

it("check has its result when the engine has the warnings, also if it fails", async () => {
  const folder = mkdtempSync(join(tmpdir(), "campos-log-"));
  try {
    writeFileSync(join(folder, "index.js"), "");
    const { log, lines, answer } = slowLog();
    const operations = new Operations(new AbortController().signal, log, new EngineWatch(undefined));
    const given = { source: folder, mainFile: "gone.js", runtimeEnvironment: "nodejs", memoryMB: 128 };
    const checked = operations.check(urn, {}, given);
    for (let i = 0; i < 100 && lines.length === 0; i++) await isPending(checked);
    assert.equal(lines.length, 1);
    assert.equal(await isPending(checked), true);
    answer();
    const { failures } = await checked;
    assert.ok(failures.some(({ property }) => property === "mainFile"));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** The engine, as far as lines are concerned. */
async function engine(): Promise<{ port: number; seen: string[]; close(): void }> {
  const server = new Server();
  const seen: string[] = [];
  const log = ({ request }: ServerUnaryCall<LogRequest, Empty>, respond: sendUnaryData<Empty>) => {
    seen.push(request.getMessage());
    respond(null, new Empty());
  };
  server.addService({ log: EngineService.log } as never, { log } as never);
  const port = await new Promise<number>((done, failed) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? failed(error) : done(bound),
    ),
  );
  return { port, seen, close: () => server.forceShutdown() };
}

function dynamicAt(address: string): Send | undefined {
  const before = process.argv;
  process.argv = [...before.slice(0, 2), address];
  try {
    return connectDynamic();
  } finally {
    process.argv = before;
  }
}

for (const [name, connectTo] of [
  ["dynamic", dynamicAt],
  ["native", connectNative],
] as const) {
  describe(`the ${name} provider's connection to the engine`, () => {
    it("resolves when the engine has the line", async () => {
      const { port, seen, close } = await engine();
      try {
        await connectTo(`127.0.0.1:${port}`)?.(line);
        assert.deepEqual(seen, ["careful"]);
      } finally {
        close();
      }
    });

    it("resolves when there is no engine", async () => {
      const { port, close } = await engine();
      close();
      await connectTo(`127.0.0.1:${port}`)?.(line);
    });
  });
}
