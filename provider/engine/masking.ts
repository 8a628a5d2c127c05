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

function encodings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  const base64 = bytes.toString("base64");
  return [
    secret,
    json,
    encodeURIComponent(secret),
    new URLSearchParams({ v: secret }).toString().slice(2),
    base64,
    base64.replace(/=+$/, ""),
    bytes.toString("base64url"),
    bytes.toString("hex"),
  ];
}
