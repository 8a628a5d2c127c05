/** Owns the check of the API key. */
import { createHash, timingSafeEqual } from "node:crypto";

/** Compares digests, so that the time taken tells nothing about the key. */
export function isToken(header: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  const given = /^Bearer +(.+)$/i.exec(header ?? "")?.[1] ?? "";
  return timingSafeEqual(digest(given), digest(token));
}
