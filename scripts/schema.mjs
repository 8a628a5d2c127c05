// Generates the Pulumi schema of the native plugin from the types and comments that TypeScript users see, so that each argument
// and output is only described once.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const packageName = "camposcloud";
const dynamicType = "pulumi-nodejs:dynamic/camposcloud:CamposApp";
const secretInputs = ["environmentVariables"];
const secretConfig = ["token", "accounts"];
/** Numbers that are whole and fit into 32 bits, as an integer has in some languages; bytes do not. */
const wholeNumbers = new Set(["memoryMB", "allocatedMemoryMB", "externalPort", "internalPort"]);
/** What the package exports under another name. */
const exportedAs = { Metrics: "ResourceMetrics" };
/** Members of the resource class that are not outputs of the app. */
const builtIn = new Set(["id", "urn"]);

const files = [
  "resource/args.ts",
  "resource/campos-app.ts",
  "resource/functions.ts",
  "resource/provider-args.ts",
  "api/account.ts",
  "api/app.ts",
  "api/queries.ts",
];

export function schemaOf(root) {
  // Only our own files are read: the SDK's types are known, and reading them takes seconds.
  const options = {
    noEmit: true,
    noResolve: true,
    types: [],
    lib: ["lib.es5.d.ts"],
    strict: true,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
  };
  const program = ts.createProgram(
    files.map((path) => join(root, "provider", path)),
    options,
  );
  return new Schema(program, root).whole();
}

class Schema {
  types = {};

  constructor(program, root) {
    this.program = program;
    this.checker = program.getTypeChecker();
    this.package = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  }

  whole() {
    const config = this.propertiesOf(this.declaration("ProviderArgs"));
    for (const name of secretConfig) config.properties[name].secret = true;
    const { version, homepage, repository, license } = this.package;
    return {
      name: packageName,
      displayName: "CamposCloud",
      version,
      description: "Run apps on CamposCloud as code.",
      keywords: ["pulumi", "camposcloud", "category/cloud", "kind/native"],
      license,
      ...(homepage ? { homepage } : {}),
      ...(repository?.url ? { repository: repository.url.replace(/^git\+|\.git$/g, "") } : {}),
      // With the second, the SDK for Go is a module of its own, however it is generated.
      meta: { moduleFormat: "(.*)", supportPack: true },
      language: {
        nodejs: { respectSchemaVersion: true },
        python: { respectSchemaVersion: true, pyproject: { enabled: true } },
        go: { respectSchemaVersion: true, generateResourceContainerTypes: true },
        csharp: { respectSchemaVersion: true, namespaces: { camposcloud: "CamposCloud" } },
      },
      config: { variables: config.properties },
      provider: {
        description: "The configuration of the apps of one account.",
        inputProperties: structuredClone(config.properties),
        properties: {},
      },
      resources: { [token("App")]: this.resource() },
      functions: this.functions(),
      types: this.types,
    };
  }

  resource() {
    const inputs = this.propertiesOf(this.declaration("CamposAppArgs"));
    const outputs = this.propertiesOf(this.declaration("CamposApp"), (name) => !builtIn.has(name));
    for (const name of secretInputs)
      for (const side of [inputs, outputs]) side.properties[name].secret = true;
    // After check the inputs are plain data, whatever kind of source the program used.
    outputs.properties.source = { ...outputs.properties.source, $ref: "pulumi.json#/Any" };
    delete outputs.properties.source.oneOf;
    return {
      description: summary(this.documentation(this.declaration("CamposApp").name)),
      inputProperties: inputs.properties,
      requiredInputs: inputs.required,
      properties: outputs.properties,
      required: outputs.required,
      aliases: [{ type: dynamicType }],
    };
  }

  functions() {
    const lists = { getApps: "apps", getTeams: "teams" };
    const names = ["getAccount", "getApp", "getApps", "getTeam", "getTeams"];
    return Object.fromEntries(
      names.map((name) => {
        const declaration = this.declaration(name);
        const inputs = this.argumentsOf(declaration.parameters[0]);
        const answer = declaration.type.typeArguments[0];
        const list = lists[name];
        const outputs = list
          ? {
              properties: { [list]: { ...this.typeOf(answer), description: "The answer." } },
              required: [list],
            }
          : this.propertiesOf(this.declarationOf(answer));
        return [
          token(name),
          {
            description: this.documentation(declaration.name),
            inputs: { type: "object", ...inputs },
            outputs: { type: "object", ...outputs },
          },
        ];
      }),
    );
  }

  /** In a union of argument types, a property is required if all of them have it. */
  argumentsOf(parameter) {
    const declaration = this.declarationOf(parameter.type);
    if (ts.isInterfaceDeclaration(declaration)) return this.propertiesOf(declaration);
    const parts = declaration.type.types.map((type) => this.propertiesOf(this.declarationOf(type)));
    return {
      properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
      required: parts[0].required.filter((name) => parts.every(({ required }) => required.includes(name))),
    };
  }

  propertiesOf(declaration, wanted = () => true) {
    const properties = {};
    const required = [];
    const type = this.checker.getTypeAtLocation(declaration.name);
    for (const symbol of this.checker.getPropertiesOfType(type)) {
      const member = symbol.valueDeclaration ?? symbol.declarations?.[0];
      if (!member?.type || !wanted(symbol.name)) continue;
      const { optional, ...schema } = this.typeOf(member.type);
      if (wholeNumbers.has(symbol.name)) schema.type = "integer";
      properties[symbol.name] = { ...schema, description: this.documentation(member.name) };
      if (!optional && !member.questionToken && member.initializer === undefined) required.push(symbol.name);
    }
    return { properties, required };
  }

  typeOf(node) {
    switch (node.kind) {
      case ts.SyntaxKind.StringKeyword:
        return { type: "string" };
      case ts.SyntaxKind.NumberKeyword:
        return { type: "number" };
      case ts.SyntaxKind.BooleanKeyword:
        return { type: "boolean" };
      case ts.SyntaxKind.UnknownKeyword:
        return { $ref: "pulumi.json#/Any" };
      case ts.SyntaxKind.ArrayType:
        return { type: "array", items: this.typeOf(node.elementType) };
      case ts.SyntaxKind.UnionType:
        return this.union(node.types);
      case ts.SyntaxKind.TypeReference:
        return this.reference(node);
      case ts.SyntaxKind.TypeLiteral:
        return this.named("WorkerNode");
      default:
        throw new Error(`${node.getText()} has no equivalent in the schema`);
    }
  }

  union(nodes) {
    const present = nodes.filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword);
    const optional = present.length < nodes.length ? { optional: true } : {};
    if (present.every((node) => ts.isLiteralTypeNode(node))) return { type: "string", ...optional };
    const types = present.map((node) => this.typeOf(node));
    const distinct = [...new Map(types.map((type) => [JSON.stringify(type), type])).values()];
    return distinct.length === 1 ? { ...distinct[0], ...optional } : { oneOf: distinct, ...optional };
  }

  reference(node) {
    const name = node.typeName.getText();
    const [first, second] = node.typeArguments ?? [];
    if (/(^|\.)(Input|Output|UnwrappedObject)$/.test(name)) return this.typeOf(first);
    if (name === "Record") return { type: "object", additionalProperties: plain(this.typeOf(second)) };
    if (/Archive$/.test(name)) return { $ref: "pulumi.json#/Archive" };
    if (/Asset$/.test(name)) return { $ref: "pulumi.json#/Asset" };
    const declaration = this.declarationOf(node);
    if (ts.isTypeAliasDeclaration(declaration)) return this.alias(declaration);
    return this.named(exportedAs[name] ?? name, declaration);
  }

  alias(declaration) {
    const type = this.typeOf(declaration.type);
    // The schema has one type for the files and archives in a map.
    if (type.additionalProperties?.oneOf)
      return { type: "object", additionalProperties: { $ref: "pulumi.json#/Asset" } };
    return type;
  }

  named(name, declaration = this.declaration(name)) {
    const key = token(name);
    if (!this.types[key]) {
      this.types[key] = { type: "object" };
      const description = this.documentation(declaration.name);
      Object.assign(this.types[key], description ? { description } : {}, this.propertiesOf(declaration));
    }
    return { $ref: `#/types/${key}` };
  }

  declarationOf(node) {
    let symbol = this.checker.getSymbolAtLocation(node.typeName);
    if (symbol.flags & ts.SymbolFlags.Alias) symbol = this.checker.getAliasedSymbol(symbol);
    return symbol.declarations[0];
  }

  declaration(name) {
    for (const file of this.program.getSourceFiles()) {
      if (file.fileName.includes("node_modules")) continue;
      const found = file.statements.find((each) => each.name?.text === name);
      if (found) return found;
    }
    throw new Error(`${name} is not declared`);
  }

  documentation(name) {
    const symbol = this.checker.getSymbolAtLocation(name);
    return symbol ? ts.displayPartsToString(symbol.getDocumentationComment(this.checker)).trim() : "";
  }
}

function plain({ optional: _optional, ...type }) {
  return type;
}

function token(name) {
  return `${packageName}:index:${name}`;
}

/** Without the example, which is in TypeScript. */
function summary(text) {
  return text
    .replace(/```ts[\s\S]*?```\s*/g, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
