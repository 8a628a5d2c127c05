/** Owns what each endpoint answers, field by field, as documented: written down here apart from the emulator's code. */

/** `string`, `integer`, `number`, `boolean`, `date`, `null`, joined by `|`; a list of one; or the fields of an object. */
export type Schema =
  | string
  | readonly [Schema]
  | { readonly [field: string]: Schema }
  | { readonly anyOf: readonly Schema[] };

const METRICS_OF_CREATE = {
  timestamp: "date",
  online: "boolean",
  uptime: "integer",
  cpuUsagePercent: "number",
  memoryUsageBytes: "integer",
  memoryLimitBytes: "integer",
  networkRxBytes: "integer",
  networkTxBytes: "integer",
};

const METRICS = { ...METRICS_OF_CREATE, startedAt: "date|null" };

const COMMON = {
  _id: "string",
  containerId: "string",
  restartRequired: "boolean",
  name: "string",
  userId: "string",
  allocatedMemoryMB: "integer",
  allocatedVCpu: "integer",
  workerNodeId: { _id: "string", nodeName: "string" },
  containerImage: "string",
  exposedViaWeb: "boolean",
  startupCommand: "string",
  installDependenciesCmd: "string",
  runtimeEnvironment: "string",
  autoRestartEnabled: "boolean",
  status: "string",
  createdAt: "date",
  updatedAt: "date",
};

const PERMISSIONS = {
  canCreateApplication: "boolean",
  canDeleteApplication: "boolean",
  canUpdateApplicationSettings: "boolean",
  canChangeStatusApplication: "boolean",
  canManageApplicationBackup: "boolean",
  canEditApplicationFiles: "boolean",
  canSeeApplicationFiles: "boolean",
  canDeleteApplicationFiles: "boolean",
  canCreateDatabase: "boolean",
  canDeleteDatabase: "boolean",
  canUpdateDatabaseSettings: "boolean",
  canChangeStatusDatabase: "boolean",
};

const INVITE = {
  email: "string",
  userId: "string|null",
  invitedAt: "date",
  code: "string",
  permissions: PERMISSIONS,
  _id: "string",
  subscriptionEndsAt: "date|null",
};

const APP_TEAM = {
  _id: "string",
  name: "string",
  owner: "string",
  members: [{ user: "string", permissions: PERMISSIONS, _id: "string" }],
  invites: [INVITE],
  createdAt: "date",
  updatedAt: "date",
} as const;

const PERSON = { _id: "string", name: "string", email: "string" };
const DEPLOY = {
  _id: "string",
  commitId: "string",
  branch: "string",
  status: "string",
  message: "string",
  createdAt: "date",
  commitedAt: "date",
  commitedBy: "string",
  duration: "integer",
};
const REPOSITORY = {
  anyOf: ["null", { name: "string", owner: "string", id: "integer", branch: "string" }],
} as const;
const VARIABLES = [{ key: "string", value: "string", _id: "string" }] as const;
const TEAM_OR_NULL = { anyOf: ["null", APP_TEAM] } as const;

export const SCHEMAS = {
  create: {
    ...COMMON,
    teamId: "string|null",
    currentResourceMetrics: METRICS_OF_CREATE,
    environmentVariables: VARIABLES,
    externalPort: "integer|null",
    assignedCustomDomain: "string|null",
  },
  list: { ...COMMON, teamId: "string|null", currentResourceMetrics: METRICS, githubDeploys: [DEPLOY] },
  get: {
    ...COMMON,
    teamId: TEAM_OR_NULL,
    currentResourceMetrics: METRICS,
    environmentVariables: VARIABLES,
    externalPort: "integer|null",
    assignedCustomDomain: "string|null",
    githubDeploys: [DEPLOY],
    repository: REPOSITORY,
  },
  update: {
    ...COMMON,
    teamId: "string|null",
    currentResourceMetrics: METRICS,
    environmentVariables: VARIABLES,
    externalPort: "integer|null",
    assignedCustomDomain: "string|null",
    githubDeploys: [DEPLOY],
    repository: REPOSITORY,
  },
  status: {
    ...COMMON,
    teamId: TEAM_OR_NULL,
    // Declared as a date here, so it is absent when there is none.
    currentResourceMetrics: { anyOf: [METRICS_OF_CREATE, { ...METRICS_OF_CREATE, startedAt: "date" }] },
    environmentVariables: VARIABLES,
    externalPort: "integer|null",
    internalPort: "integer|null",
    assignedSubdomain: "string|null",
    githubDeploys: [DEPLOY],
    repository: REPOSITORY,
  },
  pagination: {
    totalItems: "integer",
    totalPages: "integer",
    currentPage: "integer",
    itemsPerPage: "integer",
    hasNextPage: "boolean",
    hasPrevPage: "boolean",
  },
  user: {
    _id: "string",
    name: "string",
    isEmail2FAEnabled: "boolean",
    hasClaimedFreePlan: "boolean",
    activeSessions: [{ id: "string", device: "string", ip: "string", browser: "string", lastActive: "date" }],
    email: "string",
    createdAt: "date",
  },
  team: {
    ...APP_TEAM,
    owner: PERSON,
    members: [{ user: PERSON, permissions: PERMISSIONS, _id: "string" }],
    applicationsCount: "integer",
  },
  folder: {
    isDirectory: "boolean",
    files: [
      {
        name: "string",
        isDirectory: "boolean",
        isFile: "boolean",
        path: "string",
        size: "integer|null",
        createdAt: "date",
        modifiedAt: "date",
      },
    ],
    content: "null",
    prevPath: "string|null",
    currentPath: "string",
  },
  file: {
    isDirectory: "boolean",
    files: "null",
    content: "string",
    prevPath: "string|null",
    currentPath: "string",
  },
  deletedFiles: { success: ["string"], failed: ["string"] },
  message: { message: "string" },
  error: { error: "string", message: "string" },
} as const satisfies Record<string, Schema>;

const KINDS: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === "string",
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  date: (value) => typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value),
  null: (value) => value === null,
};

/** All the ways in which the value is not what the schema says; fields beyond the schema are among them. */
export function violations(value: unknown, schema: Schema, at = "answer"): string[] {
  if (typeof schema === "string") {
    return schema.split("|").some((kind) => KINDS[kind]?.(value))
      ? []
      : [`${at} is ${JSON.stringify(value)}, not ${schema}`];
  }
  if (isList(schema)) {
    if (!Array.isArray(value)) return [`${at} is not a list`];
    return value.flatMap((item, index) => violations(item, schema[0], `${at}[${index}]`));
  }
  if ("anyOf" in schema && Array.isArray(schema.anyOf)) {
    const attempts = schema.anyOf.map((one: Schema) => violations(value, one, at));
    return attempts.some((found) => found.length === 0) ? [] : attempts.flat();
  }
  return fieldViolations(value, schema as Record<string, Schema>, at);
}

function isList(schema: Schema): schema is readonly [Schema] {
  return Array.isArray(schema);
}

function fieldViolations(value: unknown, schema: Record<string, Schema>, at: string): string[] {
  if (typeof value !== "object" || value === null) return [`${at} is not an object`];
  const given: Record<string, unknown> = { ...value };
  const undeclared = Object.keys(given).filter((field) => !(field in schema));
  return [
    ...undeclared.map((field) => `${at}.${field} is not declared`),
    ...Object.entries(schema).flatMap(([field, inner]) => violations(given[field], inner, `${at}.${field}`)),
  ];
}
