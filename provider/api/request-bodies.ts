/** The bodies of create and update, in the form that satisfies the newest official source and the older ones. */

/** An app's fields under the API's names; which ones is up to the caller. Undefined ones are not sent. */
export type AppFields = Readonly<Record<string, string | number | boolean | Variables | undefined>>;

type Variables = Readonly<Record<string, string>>;

// Numbers and booleans are sent as text. Sources disagree on the name of the team's field, so both are sent.
export function createForm(fields: AppFields): Record<string, string> {
  const entries = Object.entries({ ...fields, team: fields["teamId"] }).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (typeof value !== "object") return [[name, String(value)] as const];
    return Object.keys(value).length === 0 ? [] : [[name, JSON.stringify(variableList(value))] as const];
  });
  return Object.fromEntries(entries);
}

/** An empty map clears the app's variables; undefined leaves them alone. */
export function updateJson(fields: AppFields): Record<string, unknown> {
  const entries = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, typeof value === "object" ? variableList(value) : value] as const);
  return Object.fromEntries(entries);
}

function variableList(variables: Variables): { key: string; value: string }[] {
  return Object.keys(variables)
    .sort()
    .map((key) => ({ key, value: variables[key] ?? "" }));
}
