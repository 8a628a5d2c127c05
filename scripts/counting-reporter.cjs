// A mocha reporter: the usual `spec`, and the counts of the run in a file, from which .ci/run prints its last line.
const { writeFileSync } = require("node:fs");
const { reporters } = require("mocha");

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const { counts } = options.reporterOptions;
    runner.once("end", () => {
      const { passes, failures, pending } = this.stats;
      const skipped = pending === 0 ? "" : `, ${pending} skipped`;
      writeFileSync(counts, `${passes} passed, ${failures} failed${skipped}\n`);
    });
  }
};
