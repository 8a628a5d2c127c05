/** The bodies of create and update, in the form that satisfies the newest official source and the older ones. */

export interface CreateFields {
  appName: string;
  mainFile: string;
  memoryMB: number;
  runtimeEnvironment: string;
  exposedViaWeb: boolean;
  autoRestartEnabled: boolean;
  startupCommand?: string;
  teamId?: string;
  environmentVariables?: Record<string, string>;
}

export interface UpdateFields {
  appName: string;
  memoryMB: number;
  runtimeEnvironment: string;
  exposedViaWeb: boolean;
  autoRestartEnabled: boolean;
  startupCommand?: string;
  /** The complete list; undefined leaves the app's variables alone. */
  environmentVariables?: Record<string, string>;
}

// Booleans travel as the texts true and false. Sources disagree on the team's field name, so both are sent.
export function createForm(fields: CreateFields): Record<string, string> {
  const { teamId, startupCommand, environmentVariables } = fields;
  return {
    appName: fields.appName,
    mainFile: fields.mainFile,
    memoryMB: String(fields.memoryMB),
    runtimeEnvironment: fields.runtimeEnvironment,
    exposedViaWeb: String(fields.exposedViaWeb),
    autoRestartEnabled: String(fields.autoRestartEnabled),
    ...(startupCommand === undefined ? {} : { startupCommand }),
    ...(teamId === undefined ? {} : { teamId, team: teamId }),
    ...(environmentVariables === undefined || Object.keys(environmentVariables).length === 0
      ? {}
      : { environmentVariables: JSON.stringify(variableList(environmentVariables)) }),
  };
}

// Both switches always go along: nobody knows whether leaving one out resets it.
export function updateJson(fields: UpdateFields): Record<string, unknown> {
  const { environmentVariables, startupCommand, ...rest } = fields;
  return {
    ...rest,
    ...(startupCommand === undefined ? {} : { startupCommand }),
    ...(environmentVariables === undefined
      ? {}
      : { environmentVariables: variableList(environmentVariables) }),
  };
}

function variableList(variables: Record<string, string>): { key: string; value: string }[] {
  return Object.keys(variables)
    .sort()
    .map((key) => ({ key, value: variables[key] ?? "" }));
}
