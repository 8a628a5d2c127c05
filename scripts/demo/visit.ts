/** Opens a page of an app on the emulator, the way a browser does. */
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export interface Answer {
  status: number;
  body: string;
}

/** Options of a request; the key is only needed for the API. */
export interface Visitor {
  signal: AbortSignal;
  token?: string;
}

const TRY_AGAIN_FOR_MS = 20_000;

/** Repeats the request until the app responds; the emulator responds with 5xx while it is not listening yet. */
export async function visit(url: string, visitor: Visitor): Promise<Answer> {
  const { signal } = visitor;
  for (const begun = Date.now(); ; await sleep(200, undefined, { signal })) {
    const answer = await get(new URL(url), visitor);
    if (answer.status < 500 || Date.now() - begun > TRY_AGAIN_FOR_MS) return answer;
  }
}

/** Not every system resolves names under `.localhost`, so this connects to the loopback address. */
function get(url: URL, { token, signal }: Visitor): Promise<Answer> {
  const key = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: "127.0.0.1",
        port: url.port,
        path: url.pathname,
        headers: { ...key, host: url.host },
        agent: false,
        signal,
      },
      async (response) => {
        response.setEncoding("utf8");
        let body = "";
        for await (const chunk of response) body += chunk;
        resolve({ status: response.statusCode ?? 0, body });
      },
    );
    asked.on("error", reject);
    asked.end();
  });
}
