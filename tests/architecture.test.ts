/** The rules of the architecture: allowed imports, and the maximum size of files and functions. */
import { strict as assert } from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import * as ts from "typescript";

const root = resolve(__dirname, "..");
const largestFile = 250;
const largestFunction = 60;

interface Import {
  /** A path below the root without its ending, or the name of a package. */
  target: string;
  typeOnly: boolean;
}

interface SourceText {
  path: string;
  ast: ts.SourceFile;
  lines: number;
  imports: Import[];
}

const sources = ["provider", "emulator", "scripts"].flatMap(filesBelow).map(read);

describe("the architecture", () => {
  it("has no file above 250 lines", () => {
    const large = sources
      .filter(({ lines }) => lines > largestFile)
      .map(({ path, lines }) => `${path}: ${lines}`);
    assert.deepEqual(large, []);
  });

  it("has no function above 60 lines", () => {
    assert.deepEqual(sources.flatMap(largeFunctions), []);
  });

  it("starts each file with a sentence on its responsibility", () => {
    const bare = sources
      .filter(({ ast }) => !/^(#!.*\n)?\s*(\/\*\*|\/\/)/.test(ast.text))
      .map(({ path }) => path);
    assert.deepEqual(bare, []);
  });

  const layers: [layer: string, allowed: RegExp, typesOnly: RegExp][] = [
    ["api", /^(provider\/(api|clock|errors)|node:|axios$|form-data$)/, /^$/],
    [
      "packaging",
      /^(provider\/(packaging|errors)|node:(fs|path|stream|zlib|crypto|worker_threads|os|util|buffer|timers|url|events))/,
      /^$/,
    ],
    [
      "lifecycle",
      // Only pure functions of packaging: the hash and the order of a list of files, and the name of the marker.
      /^(provider\/(lifecycle|clock|errors|api\/(app|listing|errors)|packaging\/files\/(digest|file-list|marker))|node:zlib$)/,
      /^provider\/(api|packaging|resource\/args)/,
    ],
    ["engine", /^(provider\/(engine|lifecycle|api|packaging|clock|errors)|node:)/, /^@pulumi\/pulumi/],
    // Bundled with its dependencies, so it may load what the dynamic provider has to resolve from the program's SDK.
    [
      "engine/native",
      /^(provider\/(engine|lifecycle|api|clock|errors)|node:|@grpc\/grpc-js$|google-protobuf\/|@pulumi\/pulumi\/proto\/)/,
      /^$/,
    ],
    [
      "resource",
      // Only the table from which the names of the outputs derive, and plain values.
      /^(provider\/(resource|api|clock|errors|lifecycle\/(properties|values))|@pulumi\/pulumi($|\/proto\/resource_pb$))/,
      /^provider\/api/,
    ],
    ["adopt", /^(provider\/|node:)/, /^$/],
  ];
  for (const [layer, allowed, typesOnly] of layers) {
    it(`lets provider/${layer} import only what it may`, () => {
      const strays = importsOf(`provider/${layer}/`)
        .filter(({ path }) => layer === "engine/native" || !path.startsWith("provider/engine/native/"))
        .filter(({ target, typeOnly }) => !allowed.test(target) && !(typeOnly && typesOnly.test(target)));
      assert.deepEqual(
        strays.map(({ path, target }) => `${path} imports ${target}`),
        [],
      );
    });
  }

  it("does not let the emulator import from the provider", () => {
    const strays = importsOf("emulator/").filter(({ target }) => target.startsWith("provider/"));
    assert.deepEqual(strays, []);
  });

  it("does not let the lifecycle access the time, the environment or timers", () => {
    const asking = sources
      .filter(({ path }) => path.startsWith("provider/lifecycle/"))
      .filter(({ ast }) => uses(ast, ["Date.now", "setTimeout", "setInterval", "process"]))
      .map(({ path }) => path);
    assert.deepEqual(asking, []);
  });
});

/** Whether code, not a text or a comment, has one of the names. */
function uses(node: ts.Node, names: readonly string[]): boolean {
  const name = ts.isIdentifier(node) || ts.isPropertyAccessExpression(node) ? node.getText() : "";
  if (names.includes(name)) return true;
  return ts.forEachChild(node, (child) => uses(child, names)) ?? false;
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => join(folder, path));
}

function read(path: string): SourceText {
  const text = readFileSync(join(root, path), "utf8");
  const ast = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return {
    path,
    ast,
    lines: text.split("\n").length - 1,
    imports: ast.statements.flatMap((each) => importOf(path, each)),
  };
}

function importOf(path: string, statement: ts.Statement): Import[] {
  const isImport = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement);
  if (!isImport || !statement.moduleSpecifier || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
  const name = statement.moduleSpecifier.text;
  const target = name.startsWith(".") ? relative(root, resolve(root, dirname(path), name)) : name;
  return [{ target, typeOnly: isTypeOnly(statement) }];
}

function isTypeOnly(statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly;
  const clause = statement.importClause;
  if (!clause) return false;
  const named = clause.namedBindings;
  const allTypes = named && ts.isNamedImports(named) && named.elements.every((element) => element.isTypeOnly);
  return clause.isTypeOnly || (!clause.name && allTypes === true);
}

function importsOf(prefix: string): (Import & { path: string })[] {
  return sources
    .filter(({ path }) => path.startsWith(prefix))
    .flatMap(({ path, imports }) => imports.map((each) => ({ path, ...each })));
}

function largeFunctions({ path, ast }: SourceText): string[] {
  const large: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) {
      const start = ast.getLineAndCharacterOfPosition(node.getStart()).line;
      const lines = ast.getLineAndCharacterOfPosition(node.end).line - start + 1;
      if (lines > largestFunction) large.push(`${path}:${start + 1} has ${lines} lines`);
    }
    ts.forEachChild(node, visit);
  };
  visit(ast);
  return large;
}
