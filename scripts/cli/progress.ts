/** Shows the progress of a long job and its elapsed time. */

/** The output for progress, such as `process.stderr`. */
export interface ProgressOutput {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** A job in progress. */
export interface Job {
  /** Sets what is shown next to the elapsed time, such as "212 modules". */
  detail(text: string): void;
  /** Ends the job with a last line. */
  end(outcome: string): void;
}

const LOG_EVERY_MS = 15_000;
const REDRAW_EVERY_MS = 500;

/** One line that is redrawn on a terminal; in a log, a line every 15 seconds. */
export function beginJob(what: string, output: ProgressOutput): Job {
  const begun = Date.now();
  let detail = "";
  const status = () => `  ${what}${detail === "" ? "" : `, ${detail}`} (${elapsed(begun)})`;
  const draw = () =>
    output.isTTY
      ? output.write(`\r\x1b[2K${status().slice(0, (output.columns ?? 80) - 1)}`)
      : output.write(`${status()}\n`);
  draw();
  const timer = setInterval(draw, output.isTTY ? REDRAW_EVERY_MS : LOG_EVERY_MS);
  return {
    detail: (text) => {
      detail = text;
    },
    end: (outcome) => {
      clearInterval(timer);
      output.write(`${output.isTTY ? "\r\x1b[2K" : ""}  ${what}: ${outcome} (${elapsed(begun)})\n`);
    },
  };
}

function elapsed(since: number): string {
  const seconds = Math.round((Date.now() - since) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
