/** The plugin's schema: that it is the one of the current types, described throughout, and usable in every language. */
import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pluginFolder, root } from "../support/native-stack";

type Properties = Record<string, { description?: string }>;
interface Schema {
  resources: Record<string, { inputProperties: Properties; properties: Properties }>;
  functions: Record<string, { inputs: { properties: Properties }; outputs: { properties: Properties } }>;
  types: Record<string, { properties: Properties }>;
  config: { variables: Properties };
}

/** Words that Java, C#, Go or Python reserve, and methods that every object has in Java: generated code gives them other names. */
const reserved = new Set(
  [
    "abstract and as assert async await base bool boolean break builder byte case catch chan char checked class clone const",
    "continue decimal def default defer del delegate do double elif else enum equals event except explicit extends extern",
    "fallthrough false final finalize finally fixed float for foreach from func getClass global go goto hashCode if implements",
    "implicit import in instanceof int interface internal is lambda lock long map namespace native new none nonlocal not notify",
    "notifyAll null object operator or out override package params pass private protected public raise range readonly ref return",
    "sbyte sealed select short sizeof stackalloc static strictfp string struct super switch synchronized this throw throws",
    "toString transient true try type typeof uint ulong unchecked unsafe urn ushort using var virtual void volatile wait while with",
    "yield",
  ].flatMap((line) => line.split(" ")),
);

describe("the schema of the native plugin", () => {
  let fresh: Schema;
  let places: Record<string, Properties>;

  before(() => {
    const code = `import(${JSON.stringify(join(root, "scripts/schema.mjs"))}).then(({ schemaOf }) => console.log(JSON.stringify(schemaOf(${JSON.stringify(root)}))))`;
    fresh = JSON.parse(execFileSync(process.execPath, ["-e", code], { encoding: "utf8" })) as Schema;
    places = { config: fresh.config.variables };
    for (const [name, { inputProperties, properties }] of Object.entries(fresh.resources))
      Object.assign(places, { [`${name} in`]: inputProperties, [`${name} out`]: properties });
    for (const [name, { inputs, outputs }] of Object.entries(fresh.functions))
      Object.assign(places, { [`${name} in`]: inputs.properties, [`${name} out`]: outputs.properties });
    for (const [name, { properties }] of Object.entries(fresh.types)) places[name] = properties;
    assert.ok(Object.keys(places).length > 15);
  });

  const namesWhere = (wrong: (name: string, place: string, property: { description?: string }) => boolean) =>
    Object.entries(places).flatMap(([place, properties]) =>
      Object.entries(properties).flatMap(([name, property]) =>
        wrong(name, place, property) ? [`${place}: ${name}`] : [],
      ),
    );

  it("is that of the current types", () => {
    const served = JSON.parse(readFileSync(join(pluginFolder, "schema.json"), "utf8")) as Schema;
    assert.deepEqual(served, fresh, "plugin/schema.json is stale: run npm run build");
  });

  it("has a description of everything", () => {
    assert.deepEqual(
      namesWhere((_name, _place, { description }) => !description),
      [],
    );
  });

  it("has names that no language has to change", () => {
    const classOf = (place: string) => place.replace(/^.*:|\W.*$/g, "").toLowerCase();
    const wrong = namesWhere(
      (name, place) =>
        reserved.has(name) || !/^[a-z][A-Za-z0-9]*$/.test(name) || name.toLowerCase() === classOf(place),
    );
    // The API's name, which code in Go cannot read.
    assert.deepEqual(wrong, ["camposcloud:index:WorkerNode: _id"]);
  });
});
