/** Opens a page of an app on the emulator, the way a browser does. */
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export interface Answer {
  status: number;
  body: string;
}

/** Who asks, and until when; the key is for the API, apps need none. */
export interface Visitor {
  signal: AbortSignal;
  token?: string;
}

const TRY_AGAIN_FOR_MS = 20_000;

/** Asks until the app answers; one that has just been started may not listen yet, for which the emulator says 5xx. */
export async function visit(url: string, visitor: Visitor): Promise<Answer> {
  const { signal } = visitor;
  for (const begun = Date.now(); ; await sleep(200, undefined, { signal })) {
    const answer = await get(new URL(url), visitor);
    if (answer.status < 500 || Date.now() - begun > TRY_AGAIN_FOR_MS) return answer;
  }
}

/** Not every resolver knows names under `.localhost`, so the connection goes to the loopback address by number. */
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
