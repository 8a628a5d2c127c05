/** Owns the types of the emulator's responses, independent of the provider, so that a mistake there is not repeated here. */

/** `currentResourceMetrics`. Only `online` is certain when the app is stopped. */
export interface WireMetrics {
  /** When it was measured: ISO 8601, UTC. */
  timestamp?: string | null;
  /** Whether the app runs. */
  online?: boolean;
  /** Seconds. */
  uptime?: number | null;
  /** When the app was started: ISO 8601, UTC. */
  startedAt?: string | null;
  /** 0 to 100. */
  cpuUsagePercent?: number | null;
  /** Bytes in use. */
  memoryUsageBytes?: number | null;
  /** Bytes that the app may use. */
  memoryLimitBytes?: number | null;
  /** Bytes received. */
  networkRxBytes?: number | null;
  /** Bytes sent. */
  networkTxBytes?: number | null;
}

/** An environment variable of an app. */
export interface WireEnvironmentVariable {
  /** Name of the variable. */
  key: string;
  /** Value of the variable. */
  value: string;
  /** Id. */
  _id?: string;
}

/** The machine that runs an app. */
export interface WireWorkerNode {
  /** Id. */
  _id?: string;
  /** Name of the machine. */
  nodeName?: string;
}

/** A team inside an app. It contains invite codes and e-mail addresses, so it must never be passed on as a whole. */
export interface WireAppTeam {
  /** Id. */
  _id: string;
  /** Name. */
  name: string;
  /** Id of the owner. */
  owner: string;
  /** The members and what they may do. */
  members: { user: string; permissions: Record<string, boolean>; _id: string }[];
  /** Open invitations. */
  invites: {
    email: string;
    userId: string | null;
    invitedAt: string;
    code: string;
    permissions: Record<string, boolean>;
    _id: string;
    subscriptionEndsAt: string | null;
  }[];
  /** When it was created: ISO 8601, UTC. */
  createdAt: string;
  /** When it was last changed: ISO 8601, UTC. */
  updatedAt: string;
}

/** A deployment from GitHub. */
export interface WireGithubDeploy {
  /** Id. */
  _id: string;
  /** Hash of the commit. */
  commitId: string;
  /** Branch. */
  branch: string;
  /** State. */
  status: string;
  /** First line of the commit. */
  message: string;
  /** When it was created: ISO 8601, UTC. */
  createdAt: string;
  /** When it was committed: ISO 8601, UTC. */
  commitedAt: string;
  /** Who committed it. */
  commitedBy: string;
  /** Seconds. */
  duration: number;
}

/** A repository on GitHub. */
export interface WireRepository {
  /** Name. */
  name: string;
  /** Id of the owner. */
  owner: string;
  /** Id. */
  id: number;
  /** Branch. */
  branch: string;
}

/**
 * An app in any response. The specification guarantees no field, and each endpoint declares a different subset (create, list,
 * get, update and start/stop/restart), so all but `_id` are optional.
 */
export interface WireApp {
  /** Id. */
  _id: string;
  /** The latest measurement. */
  currentResourceMetrics?: WireMetrics | null;
  /** Container that runs the app. */
  containerId?: string | null;
  /** The team, as its id or whole. */
  teamId?: string | WireAppTeam | null;
  /** Settings changed that the running app does not have yet. */
  restartRequired?: boolean | null;
  /** Name. */
  name?: string | null;
  /** Id of the owner. */
  userId?: string | null;
  /** Memory granted, in units of 1,048,576 bytes. */
  allocatedMemoryMB?: number | null;
  /** Virtual CPUs granted. */
  allocatedVCpu?: number | null;
  /** The machine that runs the app. */
  workerNodeId?: WireWorkerNode | null;
  /** Image of the runtime. */
  containerImage?: string | null;
  /** Reachable over the web. */
  exposedViaWeb?: boolean | null;
  /** The command that starts the app. */
  startupCommand?: string | null;
  /** The command that installs its dependencies. */
  installDependenciesCmd?: string | null;
  /** `python` or `nodejs`. */
  runtimeEnvironment?: string | null;
  /** Started again after a crash. */
  autoRestartEnabled?: boolean | null;
  /** State. */
  status?: string | null;
  /** When it was created: ISO 8601, UTC. */
  createdAt?: string | null;
  /** When it was last changed: ISO 8601, UTC. */
  updatedAt?: string | null;
  /** Names and values. */
  environmentVariables?: WireEnvironmentVariable[] | null;
  /** Port on the outside. */
  externalPort?: number | null;
  /** Port that the app listens on. */
  internalPort?: number | null;
  /** Label of the public address. */
  assignedSubdomain?: string | null;
  /** Domain of the owner. */
  assignedCustomDomain?: string | null;
  /** Deployments from GitHub. */
  githubDeploys?: WireGithubDeploy[] | null;
  /** The repository that is deployed from. */
  repository?: WireRepository | null;
}

export interface WirePagination {
  totalItems: number;
  totalPages: number;
  currentPage: number;
  itemsPerPage: number;
  hasNextPage: boolean;
  hasPrevPage: boolean;
}

export interface WireAppList {
  applications: WireApp[];
  totalUsedRAM?: number | string;
  pagination?: WirePagination;
}

export interface WireUser {
  _id: string;
  name: string;
  isEmail2FAEnabled: boolean;
  hasClaimedFreePlan: boolean;
  activeSessions?: unknown[];
  email?: string;
  createdAt?: string;
  currentSubscription?: {
    plan?: string;
    allocatedMemoryMB?: number;
    amountPaid?: number;
    status?: string;
    [key: string]: unknown;
  } | null;
}

export interface WirePerson {
  _id: string;
  name: string;
  email: string;
}

/** A team as `GET /v1/teams` answers it: people are objects here. */
export interface WireTeam {
  _id: string;
  name: string;
  owner: WirePerson;
  members: { user: WirePerson; permissions: Record<string, boolean>; _id: string }[];
  invites?: unknown[];
  applicationsCount: number;
  createdAt: string;
  updatedAt: string;
}

export interface WireFile {
  name: string;
  isDirectory: boolean;
  isFile: boolean;
  /** Absolute, with a leading slash. */
  path: string;
  /** Bytes; null for a folder. */
  size: number | null;
  createdAt: string;
  modifiedAt: string;
}

export interface WireFileList {
  isDirectory: boolean;
  files: WireFile[] | null;
  content: string | null;
  prevPath: string | null;
  currentPath: string;
}

export interface WireDeletedFiles {
  success: string[];
  failed: string[];
}

export interface WireMessage {
  message: string;
}

export interface WireError {
  error: string;
  message?: string;
}

/** Whether unknown JSON is an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
