/** What an answer of a good status must hold to be believed. */
import type { Answer } from "./http";

/** What a good answer must hold. */
export interface Decoder<T> {
  read(answer: Answer): T | undefined;
  missing: string;
}

// A web page with a good status comes from something between us and the API, and then nothing has been done.
export const done: Decoder<unknown> = {
  read: ({ text }) => (text.trim() === "" ? {} : parse(text)),
  missing: "the answer is no JSON",
};
export const anything: Decoder<Answer> = { read: (answer) => answer, missing: "" };

export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
