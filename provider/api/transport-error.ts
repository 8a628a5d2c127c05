/** What is known when no answer came: whether the request can have reached the API, and what to do. */
import { AxiosError } from "axios";

export interface NoAnswerFacts {
  /** The request never reached the API, so nothing can have happened. */
  readonly neverSent: boolean;
  /** The certificate or the address is wrong: trying again is of no use. */
  readonly permanent?: boolean;
  /** What to do, a sentence, where more is known than "check the network". */
  readonly advice?: string;
}

/** No answer came, or not a whole one. */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
  readonly neverSent: boolean;
  readonly permanent: boolean;
  readonly advice: string | undefined;

  constructor(message: string, { neverSent, permanent = false, advice }: NoAnswerFacts) {
    super(message);
    this.neverSent = neverSent;
    this.permanent = permanent;
    this.advice = advice;
  }
}

const unknownAuthority =
  "Its certificate is signed by nobody that Node.js trusts: if a company's proxy stands between, name its certificate in NODE_EXTRA_CA_CERTS; else check camposcloud:baseUrl.";
const noTls = "That port does not speak TLS: check camposcloud:baseUrl, its port and whether it is https.";

/** Codes of Node.js and OpenSSL; the first that fits counts. */
const tlsAdvice: readonly [RegExp, string][] = [
  [/ALTNAME/, "Its certificate is for another host: check camposcloud:baseUrl."],
  [
    /EXPIRED|NOT_YET_VALID/,
    "Its certificate is out of date: check the clock of this machine, then the server.",
  ],
  [/SELF_SIGNED|UNABLE_TO|UNTRUSTED|CERT/, unknownAuthority],
  [/ERR_SSL|EPROTO|ERR_TLS/, noTls],
];

/** Only codes are shown: an axios error carries the request, headers and all. */
export function noAnswer(error: unknown, connected: boolean): NoAnswerError {
  const code = error instanceof AxiosError ? (error.code ?? "") : "";
  if (error instanceof AxiosError && /maxContentLength/.test(error.message)) {
    const problem = "the answer is larger than any answer of the API should be";
    return new NoAnswerError(problem, { neverSent: false, permanent: true });
  }
  const advice = tlsAdvice.find(([pattern]) => pattern.test(code))?.[1];
  if (advice !== undefined) {
    return new NoAnswerError(`no secure connection (${code})`, { neverSent: true, permanent: true, advice });
  }
  if (!connected)
    return new NoAnswerError(`no connection (${code || "no reason given"})`, { neverSent: true });
  return new NoAnswerError(`the connection broke (${brokenOff(code)})`, { neverSent: false });
}

// By this code axios says that the answer ended before its end.
function brokenOff(code: string): string {
  return code === AxiosError.ERR_BAD_RESPONSE ? "half an answer" : code || "no reason given";
}
