// Packs the folder of the second argument with the packaging of the first, and prints what came of it as JSON.
const { packSource, SourceError } = require(
  require("node:path").join(process.argv[2], "node_modules/packed/packaging/source.js"),
);

async function main(folder) {
  const before = process.memoryUsage.rss();
  let peak = before;
  // The peak that the system keeps for a process begins with that of its parent.
  const sampling = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 5);
  try {
    const archive = await packSource({ kind: "path", path: folder }, { baseDir: "/" });
    for await (const _ of archive.open());
    await archive.dispose();
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { kind: error.kind, message: error.message };
  } finally {
    clearInterval(sampling);
  }
  return { grown: peak - before };
}

main(process.argv[3]).then((result) => console.log(JSON.stringify(result)));
