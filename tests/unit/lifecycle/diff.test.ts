import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { diff } from "../../../provider/lifecycle/diff";
import { type PropertyName, propertyNames, propertyOf } from "../../../provider/lifecycle/properties";
import { appliedOf, type CheckedInputs, type SavedState, type Step } from "../../../provider/lifecycle/state";
import { equal, unknownValue } from "../../../provider/lifecycle/values";

const text = fc.string({ minLength: 1 });

const inputsArbitrary: fc.Arbitrary<CheckedInputs> = fc.record(
  {
    source: text,
    sourceHash: text,
    sourceFiles: fc.dictionary(text, text),
    appName: text,
    name: text,
    mainFile: text,
    memoryMB: fc.integer({ min: 1 }),
    allocatedMemoryMB: fc.integer({ min: 1 }),
    runtimeEnvironment: fc.constantFrom("python", "nodejs"),
    exposedViaWeb: fc.boolean(),
    autoRestartEnabled: fc.boolean(),
    waitForOnline: fc.boolean(),
    minReadySeconds: fc.nat(),
    healthCheck: fc.record(
      { path: text, timeoutSeconds: fc.nat(), enabled: fc.boolean() },
      { requiredKeys: [] },
    ),
    urnHash: text,
    startupCommand: text,
    teamId: text,
    environmentVariables: fc.dictionary(text, fc.string()),
    ignore: fc.array(text),
    running: fc.boolean(),
    account: text,
    adopt: text,
  },
  {
    requiredKeys: [
      "source",
      "sourceHash",
      "sourceFiles",
      "appName",
      "name",
      "mainFile",
      "memoryMB",
      "allocatedMemoryMB",
      "runtimeEnvironment",
      "exposedViaWeb",
      "autoRestartEnabled",
      "waitForOnline",
      "urnHash",
    ],
  },
);

function savedOf(inputs: CheckedInputs, pending: Step[] = []): SavedState {
  return { ...inputs, deployment: { applied: appliedOf(inputs), pending, files: "" } };
}

const asRecord = (inputs: CheckedInputs): Record<string, unknown> => ({ ...inputs });

describe("diff", () => {
  it("is empty if nothing has changed", () => {
    fc.assert(
      fc.property(inputsArbitrary, (inputs) => {
        assert.deepEqual(diff(savedOf(inputs), asRecord(inputs)), { kind: "none" });
      }),
    );
  });

  it("contains every changed argument that has an effect", () => {
    const effective = propertyNames.filter((name) => propertyOf(name).effect !== "none");
    fc.assert(
      fc.property(inputsArbitrary, inputsArbitrary, fc.constantFrom(...effective), (inputs, other, name) => {
        fc.pre(!equal(inputs[name], other[name]));
        const changed = asRecord(inputs);
        changed[name] = other[name];
        const change = diff(savedOf(inputs), changed);
        const kind = propertyOf(name).effect === "replace" ? "replace" : "update";
        assert.deepEqual(change, { kind, names: [name] });
      }),
    );
  });

  it("never throws for unknown values, and never replaces because of one", () => {
    fc.assert(
      fc.property(inputsArbitrary, fc.subarray(propertyNames), (inputs, names: PropertyName[]) => {
        const open = asRecord(inputs);
        for (const name of names) open[name] = unknownValue;
        assert.notEqual(diff(savedOf(inputs), open).kind, "replace");
      }),
    );
  });

  it("handles a state that only contains the provider's code", () => {
    fc.assert(
      fc.property(inputsArbitrary, (inputs) => {
        assert.equal(diff({}, asRecord(inputs)).kind, "update");
      }),
    );
  });

  it("requires a repair if steps are pending", () => {
    fc.assert(
      fc.property(inputsArbitrary, (inputs) => {
        assert.deepEqual(diff(savedOf(inputs, ["wait"]), asRecord(inputs)), { kind: "repair" });
      }),
    );
  });

  it("compares with what was sent, not with what the API echoed", () => {
    fc.assert(
      fc.property(inputsArbitrary, (inputs) => {
        const saved = {
          ...savedOf(inputs),
          autoRestartEnabled: !inputs.autoRestartEnabled,
          startupCommand: "derived",
        };
        assert.deepEqual(diff(saved, asRecord(inputs)), { kind: "none" });
      }),
    );
  });
});
