/** Owns requests to the emulator, and the key of this tab. */

const KEY = "camposcloud-emulator-token";

export const token = () => sessionStorage.getItem(KEY);
export const keepToken = (value) => sessionStorage.setItem(KEY, value);
export const forgetToken = () => sessionStorage.removeItem(KEY);

/** The key in the fragment of the printed URL, which is removed from the URL immediately. */
export function takeTokenFromAddress() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given === null) return;
  keepToken(given);
  history.replaceState(null, "", location.pathname);
}

/** Thrown for an unsuccessful response. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export async function ask(path, options) {
  return (await send(path, options)).json();
}

/** The content at `path` as an object URL, which the caller has to revoke. */
export async function fetched(path) {
  return URL.createObjectURL(await (await send(path)).blob());
}

async function send(path, { method = "GET", body } = {}) {
  const headers = { authorization: `Bearer ${token() ?? ""}` };
  const response = await fetch(`/-${path}`, { method, headers, body: body && JSON.stringify(body) });
  if (response.ok) return response;
  const answer = await response.json().catch(() => ({}));
  throw new Refused(response.status, answer.message ?? `The emulator answered ${response.status}.`);
}
