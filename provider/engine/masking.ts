/** Masks secrets in texts that are shown or stored, in plain text and in the encodings in which an API may echo them. */

const mask = "[secret]";
/** Masking shorter texts would make any message unreadable. */
const minLength = 4;

/** Returns a function that masks the given secrets in a text. */
export function masker(secrets: Iterable<string>): (text: string) => string {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length >= minLength) for (const form of encodings(secret)) forms.add(form);
  }
  // The longest first: a secret may be part of the encoding of another.
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((masked, form) => masked.replaceAll(form, mask), text);
}

/** Most maskers of a run are used by many calls, so they are cached. */
const maxCached = 100;

export class Maskers {
  private readonly cache = new Map<string, (text: string) => string>();

  /** `secrets` is called when the first text is masked: most calls show none. */
  of(secrets: () => readonly string[]): (text: string) => string {
    let mask: ((text: string) => string) | undefined;
    return (text) => {
      mask ??= this.cached(secrets());
      return mask(text);
    };
  }

  private cached(secrets: readonly string[]): (text: string) => string {
    const key = JSON.stringify(secrets);
    const found = this.cache.get(key) ?? masker(secrets);
    this.cache.delete(key);
    this.cache.set(key, found);
    const [oldest] = this.cache.keys();
    if (this.cache.size > maxCached && oldest !== undefined) this.cache.delete(oldest);
    return found;
  }
}

function encodings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  const base64 = bytes.toString("base64");
  const url = encodeURIComponent(secret);
  const forms = [
    secret,
    json,
    // As a log shows a multi-line text.
    secret.replace(/\s+/g, " ").trim(),
    // A relative path after it was resolved.
    secret.replace(/^(\.\/+)+|\/+$/g, ""),
    url,
    lowerCaseEscapes(url),
    encodeURIComponent(base64),
    new URLSearchParams({ v: secret }).toString().slice(2),
    html(secret),
    base64,
    base64.replace(/=+$/, ""),
    bytes.toString("base64url"),
    ...[0, 1, 2].flatMap((before) => base64Within(bytes, before)),
    bytes.toString("hex"),
  ];
  return forms.filter((form) => form.length >= minLength);
}

function lowerCaseEscapes(url: string): string {
  return url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}

function html(secret: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return secret.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

/** Shorter pieces of an encoding would match harmless texts by chance. */
const minEncodedLength = 8;

// For a longer text that was encoded, such as `user:secret`: base64 turns three bytes into four characters, so the encoding of
// the secret depends on its offset. Characters that also encode neighbouring bytes are left out.
function base64Within(bytes: Buffer, before: number): string[] {
  const whole = Buffer.concat([Buffer.alloc(before), bytes]);
  const from = before === 0 ? 0 : before + 1;
  return (["base64", "base64url"] as const)
    .map((encoding) => whole.toString(encoding).slice(from, Math.floor((whole.length * 8) / 6)))
    .filter((form) => form.length >= minEncodedLength);
}
