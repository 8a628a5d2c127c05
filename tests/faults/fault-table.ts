/**
 * The table of faults: one of each kind that the provider handles differently. How it classifies each status and header is
 * tested in tests/unit/api.
 */
import type { Fault, Spoiled } from "./fault-server";

const page = "<html><head><title>502</title></head><body><h1>Bad gateway</h1></body></html>";

function answered(when: Fault["when"], status: number, headers?: Spoiled["headers"]): Fault {
  return { when, how: { status, headers } };
}

/** Faults by name; the names are used as names of apps. */
export const faults: Readonly<Record<string, Fault>> = {
  "reset-before": { when: "before", how: "reset" },
  "reset-after": { when: "after", how: "reset" },
  "reset-late": { when: "late", how: "reset" },
  "hang-before": { when: "before", how: "hang" },
  "hang-after": { when: "after", how: "hang" },
  "half-after": { when: "after", how: "half" },
  "html-200-before": { when: "before", how: { body: page, headers: { "content-type": "text/html" } } },
  "html-200-after": { when: "after", how: { body: page, headers: { "content-type": "text/html" } } },
  "html-404-before": { when: "before", how: { status: 404, body: page } },
  "html-502-before": { when: "before", how: { status: 502, body: page } },
  "soft-refusal": {
    when: "before",
    how: { body: '{"error":"Scripted","message":"refused with status 200"}' },
  },
  "types-after": { when: "after", how: { body: '{"_id":5,"name":[],"files":7,"applications":{}}' } },
  "400": answered("before", 400),
  "401": answered("before", 401),
  "404": answered("before", 404),
  "429-seconds": answered("before", 429, { "retry-after": "2" }),
  "429-bare": answered("before", 429),
  "500-after": answered("after", 500),
  "503-before": answered("before", 503),
};
