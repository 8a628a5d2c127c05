/** Checks the arguments of each resource with Pulumi's mocks, without any provider. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";

const made: pulumi.runtime.MockResourceArgs[] = [];

before(async () => {
  await pulumi.runtime.setMocks({
    newResource: (args) => {
      made.push(args);
      const answers = args.type.endsWith(":CamposApp") ? { url: "https://notes-1a2b3c.camposcloud.app" } : {};
      return { id: `${args.name}-id`, state: { ...args.inputs, ...answers } };
    },
    call: ({ inputs }) => inputs,
  });
  pulumi.runtime.setAllConfig(
    {
      "project:rolePassword": "p@ss",
      "project:server": "db.example.com:5432",
      "project:zoneId": "zone",
      "project:name": "notes.example.com",
    },
    ["project:rolePassword"],
  );
});

/** The arguments of the only resource of a type. */
function inputsOf(type: string): pulumi.Inputs {
  const resource = made.find((each) => each.type.endsWith(type));
  assert.ok(resource, `no ${type} was made`);
  return resource.inputs;
}

describe("the program", () => {
  it("answers the address with the name of its own", async () => {
    // Loaded after the mocks are set.
    const { url } = require("./index") as typeof import("./index");
    assert.equal(await value(url), "https://notes.example.com");
  });

  it("gives the app the database's address, as a secret", () => {
    // Mocks receive a secret in the engine's encoding: a marker and the value.
    const { value: variables, ...mark } = inputsOf(":CamposApp").environmentVariables;
    assert.deepEqual(mark, { [pulumi.runtime.specialSigKey]: pulumi.runtime.specialSecretSig });
    assert.deepEqual(variables, { DATABASE_URL: "postgres://notes:p%40ss@db.example.com:5432/notes" });
  });

  it("hands the database to the role", () => {
    assert.equal(inputsOf(":Database").owner, "notes");
  });

  it("points the name at the app's host", () => {
    const { type, content } = inputsOf(":DnsRecord");
    assert.deepEqual([type, content], ["CNAME", "notes-1a2b3c.camposcloud.app"]);
  });
});

function value<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}
