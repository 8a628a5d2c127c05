/** The table of all faults of a request. */
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
  "html-502-after": { when: "after", how: { status: 502, body: page } },
  "types-after": { when: "after", how: { body: '{"_id":5,"name":[],"files":7,"applications":{}}' } },
  "fields-after": { when: "after", how: { body: "{}" } },
  "text-after": { when: "after", how: { body: '"ok"' } },
  "400": answered("before", 400),
  "401": answered("before", 401),
  "403": answered("before", 403),
  "404": answered("before", 404),
  "409": answered("before", 409),
  "413": answered("before", 413),
  "422": answered("before", 422),
  "429-seconds": answered("before", 429, { "retry-after": "2" }),
  "429-date": answered("before", 429, () => ({ "retry-after": new Date(Date.now() + 3000).toUTCString() })),
  "429-reset": answered("before", 429, { "x-ratelimit-limit": "1", "x-ratelimit-reset": "2" }),
  "429-bare": answered("before", 429),
  "429-zero": answered("before", 429, { "retry-after": "0" }),
  "500-before": answered("before", 500),
  "500-after": answered("after", 500),
  "503-before": answered("before", 503),
  "504-late": answered("late", 504),
};
