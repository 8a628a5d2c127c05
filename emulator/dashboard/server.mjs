/** Owns talking to the emulator: the key of this tab, and JSON requests with it. */

const KEY = "camposcloud-emulator-token";

export const token = () => sessionStorage.getItem(KEY);
export const keepToken = (value) => sessionStorage.setItem(KEY, value);
export const forgetToken = () => sessionStorage.removeItem(KEY);

/** Thrown for an answer that is no success. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export async function ask(path, { method = "GET", body } = {}) {
  const headers = { authorization: `Bearer ${token() ?? ""}` };
  const request = { method, headers, body: body && JSON.stringify(body) };
  const response = await fetch(`/-${path}`, request);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok)
    throw new Refused(response.status, answer.message ?? `The emulator answered ${response.status}.`);
  return answer;
}
