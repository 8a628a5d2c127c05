/** One GET request to an app's public URL: without the API key, through the environment's proxy, without following redirects. */
import { lookup } from "node:dns";
import { isIP } from "node:net";
import type { Readable } from "node:stream";
import axios, { AxiosError, type AxiosRequestConfig } from "axios";
import { anySignal, maxTimerMs } from "../clock";
import { errorText } from "./errors";
import { isLoopback } from "./settings";

const maxBytes = 2000;
const maxTextLength = 120;

/** Never throws; a failure is part of the result. */
export async function probe(
  url: string,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<{ status: number; text: string } | { failure: string }> {
  const time = AbortSignal.timeout(Math.min(Math.max(1, Math.round(timeoutMs)), maxTimerMs));
  try {
    const response = await axios.request<Readable>({
      method: "GET",
      url,
      headers: { Accept: "*/*", "User-Agent": "pulumi-camposcloud" },
      responseType: "stream",
      maxRedirects: 0,
      signal: anySignal(time, signal),
      validateStatus: () => true,
      ...directly(new URL(url).hostname),
    });
    const failed = response.status < 200 || response.status >= 400;
    const text = failed ? await firstText(response.data) : "";
    response.data.destroy();
    return { status: response.status, text };
  } catch (error) {
    if (time.aborted) return { failure: `no answer within ${Math.round(timeoutMs / 1000)} s` };
    return { failure: `no answer (${codeOf(error)})` };
  }
}

// Names below localhost are this machine (RFC 6761, 6.3), but not every system resolves them, and a proxy cannot.
function directly(hostname: string): AxiosRequestConfig {
  if (!isLoopback(hostname)) return {};
  if (isIP(hostname.replace(/^\[|\]$/g, "")) !== 0) return { proxy: false };
  return { proxy: false, lookup: (_name, options, done) => lookup("localhost", options, done as never) };
}

async function firstText(body: Readable): Promise<string> {
  let text = "";
  try {
    for await (const piece of body) {
      text += String(piece);
      if (text.length > maxBytes) break;
    }
  } catch {
    // The status is enough.
  }
  const message = errorText(text);
  return message.length > maxTextLength ? `${message.slice(0, maxTextLength)}…` : message;
}

function codeOf(error: unknown): string {
  return (error instanceof AxiosError ? error.code : undefined) ?? "no reason given";
}
