/** Every name that the package exports, and every member of it, has a description. */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as ts from "typescript";

const root = resolve(__dirname, "../..");

/** The type declarations that `exports` of package.json names. */
function entries(): string[] {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    exports: Record<string, { types?: string }>;
  };
  return Object.values(exports).flatMap(({ types }) => (types === undefined ? [] : [join(root, types)]));
}

describe("the descriptions", function () {
  this.timeout(120_000);

  it("exist for every exported name and every member", () => {
    const program = ts.createProgram(entries(), {
      module: ts.ModuleKind.Node16,
      target: ts.ScriptTarget.ES2022,
    });
    const checker = program.getTypeChecker();
    const bare: string[] = [];
    let seen = 0;
    const ours = (symbol: ts.Symbol) =>
      symbol.declarations?.some((each) =>
        each.getSourceFile().fileName.startsWith(`${root.replaceAll("\\", "/")}/dist/`),
      ) ?? false;
    const look = (name: string, symbol: ts.Symbol) => {
      if (!ours(symbol)) return;
      seen++;
      if (symbol.getDocumentationComment(checker).length === 0) bare.push(name);
    };
    for (const entry of entries()) {
      const file = program.getSourceFile(entry);
      const module = file && checker.getSymbolAtLocation(file);
      assert.ok(module, `${entry} exports nothing`);
      for (const exported of checker.getExportsOfModule(module)) {
        const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
        look(exported.name, symbol);
        const members = [...(symbol.members?.values() ?? []), ...(symbol.exports?.values() ?? [])];
        const type = checker.getDeclaredTypeOfSymbol(symbol);
        for (const member of new Set([...members, ...type.getProperties()])) {
          const hidden = member.declarations?.some(
            (each) => ts.getCombinedModifierFlags(each as ts.Declaration) & ts.ModifierFlags.Private,
          );
          const isName = member.flags & (ts.SymbolFlags.Prototype | ts.SymbolFlags.TypeParameter);
          if (!hidden && !isName) look(`${exported.name}.${member.name}`, member);
        }
      }
    }
    assert.ok(seen > 100, `only ${seen} names were found`);
    assert.deepEqual(bare, []);
  });
});
