/** What the tool needs to know of a stack's state. */

export interface Stack {
  /** Ids of the apps in it. */
  ids: ReadonlySet<string>;
  /** Names of its resources of our type. */
  names: ReadonlySet<string>;
  /** `urn:pulumi:<stack>::<project>`; undefined for a stack that was never deployed. */
  urnPrefix: string | undefined;
}

interface Resource {
  type?: string;
  urn?: string;
  id?: string;
}

export function stackOf(state: unknown): Stack {
  const { deployment } = (state ?? {}) as { deployment?: { resources?: Resource[] } };
  const resources = deployment?.resources ?? [];
  const apps = resources.filter(({ type }) => type?.endsWith(":CamposApp"));
  return {
    ids: new Set(apps.flatMap(({ id }) => id ?? [])),
    names: new Set(apps.flatMap(({ urn }) => urn?.split("::").at(-1) ?? [])),
    urnPrefix: resources[0]?.urn?.match(/^urn:pulumi:[^:]+::[^:]+/)?.[0],
  };
}
