/** The error of an attempt without a response: whether the request may have reached the API, and what to do. */
import { AxiosError } from "axios";

export interface NoResponseFacts {
  /** The request did not reach the API, so it had no effect. */
  readonly neverSent: boolean;
  /** The certificate or the address is wrong: a retry would fail, too. */
  readonly permanent?: boolean;
  /** A sentence on what to do, if it is more specific than "check the network". */
  readonly advice?: string;
}

/** No response arrived, or an incomplete one. */
export class NoResponseError extends Error {
  override readonly name = "NoResponseError";
  readonly neverSent: boolean;
  readonly permanent: boolean;
  readonly advice: string | undefined;

  constructor(message: string, { neverSent, permanent = false, advice }: NoResponseFacts) {
    super(message);
    this.neverSent = neverSent;
    this.permanent = permanent;
    this.advice = advice;
  }
}

const unknownAuthority =
  "Node.js does not trust the issuer of its certificate: behind a company's proxy, set NODE_EXTRA_CA_CERTS to the proxy's certificate; otherwise check camposcloud:baseUrl.";
const noTls = "That port does not speak TLS: check camposcloud:baseUrl, its port and whether it is https.";

/** Error codes of Node.js and OpenSSL; the first match applies. */
const tlsAdvice: readonly [RegExp, string][] = [
  [/ALTNAME/, "Its certificate is for another host: check camposcloud:baseUrl."],
  [
    /EXPIRED|NOT_YET_VALID/,
    "Its certificate has expired or is not valid yet: check the clock of this machine, then the server.",
  ],
  [/SELF_SIGNED|UNABLE_TO|UNTRUSTED|CERT/, unknownAuthority],
  [/ERR_SSL|EPROTO|ERR_TLS/, noTls],
];

/** Shows only the code: an axios error contains the whole request with its headers. */
export function noResponse(error: unknown, connected: boolean): NoResponseError {
  const code = error instanceof AxiosError ? (error.code ?? "") : "";
  if (error instanceof AxiosError && /maxContentLength/.test(error.message)) {
    const problem = "the answer is larger than any answer from the API should be";
    return new NoResponseError(problem, { neverSent: false, permanent: true });
  }
  const advice = tlsAdvice.find(([pattern]) => pattern.test(code))?.[1];
  if (advice !== undefined) {
    return new NoResponseError(`no secure connection (${code})`, {
      neverSent: true,
      permanent: true,
      advice,
    });
  }
  if (!connected)
    return new NoResponseError(`no connection (${code || "no reason given"})`, { neverSent: true });
  return new NoResponseError(`the connection broke (${brokenOff(code)})`, { neverSent: false });
}

// With this code axios reports a truncated response.
function brokenOff(code: string): string {
  return code === AxiosError.ERR_BAD_RESPONSE ? "incomplete answer" : code || "no reason given";
}
