// Packs the folder of the first argument in a process of its own, and prints what came of it as JSON.
import { packSource } from "../../../../provider/packaging/source";
import { SourceError } from "../../../../provider/packaging/source-error";

async function main(folder: string): Promise<object> {
  const before = process.memoryUsage().rss;
  try {
    const archive = await packSource({ kind: "path", path: folder }, { baseDir: "/" });
    for await (const _ of archive.open());
    await archive.dispose();
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { kind: error.kind, message: error.message };
  }
  // The peak is told in kilobytes.
  return { grown: process.resourceUsage().maxRSS * 1024 - before };
}

main(process.argv[2] ?? "").then((result) => console.log(JSON.stringify(result)));
