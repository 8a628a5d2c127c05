/** Unit tests of the component with Pulumi's mocks, without engine and account, to copy for your own. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { WebAppArgs } from "./web-app";

let made: pulumi.runtime.MockResourceArgs[] = [];

before(async () => {
  await pulumi.runtime.setMocks({
    newResource: (args) => {
      made.push(args);
      // Outputs that only the platform determines; the rest of the state are the inputs.
      const answers = args.type.endsWith(":CamposApp") ? { url: `https://${args.name}.camposcloud.app` } : {};
      return { id: `${args.name}-id`, state: { ...args.inputs, ...answers } };
    },
    call: ({ inputs }) => inputs,
  });
});

beforeEach(() => {
  made = [];
});

/** Creates a component and waits until all its resources are registered. */
async function make(args?: WebAppArgs) {
  // Loaded after the mocks are set.
  const { WebApp } = require("./web-app") as typeof import("./web-app");
  const component = new WebApp("shop", args);
  await value(component.urn);
  await value(component.host);
  return component;
}

/** The arguments of the only resource of a type. */
function inputsOf(type: string): pulumi.Inputs {
  const resource = made.find((each) => each.type.endsWith(type));
  assert.ok(resource, `no ${type} was made`);
  return resource.inputs;
}

describe("WebApp", () => {
  it("needs nothing but a name", async () => {
    await make();
    const { source, mainFile, memoryMB, exposedViaWeb, autoRestartEnabled } = inputsOf(":CamposApp");
    assert.deepEqual(
      { source, mainFile, memoryMB, exposedViaWeb, autoRestartEnabled },
      {
        source: "./apps/shop",
        mainFile: "index.js",
        memoryMB: 256,
        exposedViaWeb: true,
        autoRestartEnabled: true,
      },
    );
  });

  it("outputs its URL and its host", async () => {
    const { url, host } = await make();
    assert.equal(await value(url), "https://shop.camposcloud.app");
    assert.equal(await value(host), "shop.camposcloud.app");
  });

  it("keeps the database's address secret", async () => {
    await make({ databaseUrl: "postgres://shop:hush@db/shop" });
    // Mocks receive a secret in the engine's encoding: a marker and the value.
    const { value: variables, ...mark } = inputsOf(":CamposApp").environmentVariables;
    assert.deepEqual(mark, { [pulumi.runtime.specialSigKey]: pulumi.runtime.specialSecretSig });
    assert.equal(variables.DATABASE_URL, "postgres://shop:hush@db/shop");
  });

  it("sets no database where none is given", async () => {
    await make();
    assert.deepEqual(Object.keys(inputsOf(":CamposApp").environmentVariables.value), ["NODE_ENV"]);
  });

  it("lets the caller make the record, as a part of it", async () => {
    class NameRecord extends pulumi.ComponentResource {
      constructor(
        readonly host: pulumi.Output<string>,
        opts: pulumi.ComponentResourceOptions,
      ) {
        super("test:index:NameRecord", "record", {}, opts);
      }
    }
    const records: NameRecord[] = [];
    const record: WebAppArgs["record"] = (host, opts) => {
      const made = new NameRecord(host, opts);
      records.push(made);
      return made;
    };
    await make({ record });
    const [only] = records;
    assert.ok(only && records.length === 1);
    assert.equal(await value(only.host), "shop.camposcloud.app");
    assert.match(await value(only.urn), /examples:component:WebApp\$test:index:NameRecord::record$/);
  });
});

function value<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}
