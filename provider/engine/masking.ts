/** Takes secrets out of texts that are shown or stored, in plain and in the encodings in which an API may echo them. */

const mask = "[secret]";
/** Shorter texts are no secrets, and masking them would make any message unreadable. */
const shortest = 4;

/** A function that masks the given secrets wherever they stand in a text. */
export function masker(secrets: Iterable<string>): (text: string) => string {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length >= shortest) for (const form of encodings(secret)) forms.add(form);
  }
  // The longest first: a secret may be part of another's encoding.
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((masked, form) => masked.replaceAll(form, mask), text);
}

/** Most maskers of a run serve many calls: each is made once. */
const mostKept = 100;

export class Maskers {
  private readonly kept = new Map<string, (text: string) => string>();

  of(secrets: readonly string[]): (text: string) => string {
    const key = JSON.stringify(secrets);
    const found = this.kept.get(key) ?? masker(secrets);
    this.kept.delete(key);
    this.kept.set(key, found);
    const [oldest] = this.kept.keys();
    if (this.kept.size > mostKept && oldest !== undefined) this.kept.delete(oldest);
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
    // As a log shows a text of several lines.
    secret.replace(/\s+/g, " ").trim(),
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
  return forms.filter((form) => form.length >= shortest);
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

/** Shorter pieces of an encoding would fit into harmless texts by chance. */
const shortestWithin = 8;

// As in `Basic user:secret` or a whole header that was encoded: three bytes make four letters, so what stands before the
// secret decides how it is written. Letters that a neighbour has a part in are left out.
function base64Within(bytes: Buffer, before: number): string[] {
  const whole = Buffer.concat([Buffer.alloc(before), bytes]);
  const from = before === 0 ? 0 : before + 1;
  return (["base64", "base64url"] as const)
    .map((encoding) => whole.toString(encoding).slice(from, Math.floor((whole.length * 8) / 6)))
    .filter((form) => form.length >= shortestWithin);
}
