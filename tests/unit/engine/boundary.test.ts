import { strict as assert } from "node:assert";
import { guarded, outputs } from "../../../provider/engine/boundary";
import { masker } from "../../../provider/engine/masking";
import { UserError } from "../../../provider/errors";
import { IncompleteError } from "../../../provider/lifecycle/failures";

const context = { mask: (text: string) => text, providerText: "the text" };

async function thrown(error: unknown): Promise<Error & Record<string, unknown>> {
  try {
    await guarded(context, () => {
      throw error;
    });
  } catch (caught) {
    assert.ok(caught instanceof Error);
    return caught as Error & Record<string, unknown>;
  }
  throw new Error("nothing was thrown");
}

describe("boundary", () => {
  for (const value of [undefined, null, "text", 5, {}, { message: "m" }, Symbol("s")]) {
    it(`turns a thrown ${String(value)} into an Error`, async () => {
      assert.match((await thrown(value)).message, /Bug in pulumi-camposcloud/);
    });
  }

  it("only keeps the message", async () => {
    const foreign = Object.assign(new UserError("words"), {
      code: 5,
      id: "x",
      metadata: {},
      reasons: [1],
    });
    const error = await thrown(foreign);
    assert.equal(error.message, "words");
    assert.equal(error.stack, "");
    for (const key of ["code", "id", "metadata", "reasons", "properties"]) assert.ok(!(key in error), key);
  });

  it("truncates long messages", async () => {
    const error = await thrown(new UserError("x".repeat(100_000)));
    assert.ok(error.message.length < 5000);
  });

  it("records an incomplete app with reasons, without undefined, and with the provider's code", async () => {
    const state = {
      online: false,
      url: undefined,
      dashboardUrl: "https://example.com/1",
      deployment: { applied: {}, pending: [], files: "" },
    };
    const error = await thrown(new IncompleteError("id-1", state, ["because"]));
    assert.equal(error["id"], "id-1");
    assert.deepEqual(error["reasons"], ["because"]);
    assert.deepEqual(error["properties"], {
      online: false,
      dashboardUrl: "https://example.com/1",
      deployment: {
        applied: {
          "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
          value: {},
        },
        pending: [],
        files: "",
      },
      __provider: "the text",
    });
  });

  it("marks each environment variable as secret", () => {
    assert.deepEqual(outputs({ a: 1, b: undefined, environmentVariables: { A: "x" } }), {
      a: 1,
      environmentVariables: {
        A: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "x" },
      },
    });
  });
});

describe("masking", () => {
  const secret = 'p4ss w/rd"é';
  const mask = masker([secret, "abc", ""]);

  for (const [form, text] of [
    ["plain", secret],
    ["JSON", JSON.stringify({ v: secret })],
    ["URL", encodeURIComponent(secret)],
    ["form", new URLSearchParams({ v: secret }).toString()],
    ["base64", Buffer.from(secret).toString("base64")],
    ["base64url", Buffer.from(secret).toString("base64url")],
    ["hex", Buffer.from(secret).toString("hex")],
  ] as const) {
    it(`hides a secret in ${form} form`, () => {
      const masked = mask(`before ${text} after`);
      assert.ok(masked.startsWith("before ") && masked.endsWith(" after"), masked);
      assert.ok(masked.includes("[secret]"), masked);
      assert.ok(
        !masked.includes("p4ss") && !masked.includes(Buffer.from("p4ss").toString("base64").slice(0, 5)),
        masked,
      );
    });
  }

  it("hides a relative path after it was resolved", () =>
    assert.equal(
      masker(["./hidden/app/"])('nothing is at "/srv/hidden/app"'),
      'nothing is at "/srv/[secret]"',
    ));

  it("does not mask short values, which would make texts unreadable", () => assert.equal(mask("abc"), "abc"));
});
