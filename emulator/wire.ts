/** Owns the types that the emulator answers with: an API of its own, so that a mistake of the provider is not repeated here. */

/** `currentResourceMetrics`. Only `online` is certain when the app is stopped. */
export interface WireMetrics {
  timestamp?: string | null;
  online?: boolean;
  /** Seconds. */
  uptime?: number | null;
  startedAt?: string | null;
  cpuUsagePercent?: number | null;
  memoryUsageBytes?: number | null;
  memoryLimitBytes?: number | null;
  networkRxBytes?: number | null;
  networkTxBytes?: number | null;
}

export interface WireEnvironmentVariable {
  key: string;
  value: string;
  _id?: string;
}

export interface WireWorkerNode {
  _id?: string;
  nodeName?: string;
}

/** A team inside an App answer. It carries invite codes and e-mail addresses: never hand it on whole. */
export interface WireAppTeam {
  _id: string;
  name: string;
  owner: string;
  members: { user: string; permissions: Record<string, boolean>; _id: string }[];
  invites: {
    email: string;
    userId: string | null;
    invitedAt: string;
    code: string;
    permissions: Record<string, boolean>;
    _id: string;
    subscriptionEndsAt: string | null;
  }[];
  createdAt: string;
  updatedAt: string;
}

export interface WireGithubDeploy {
  _id: string;
  commitId: string;
  branch: string;
  status: string;
  message: string;
  createdAt: string;
  commitedAt: string;
  commitedBy: string;
  /** Seconds. */
  duration: number;
}

export interface WireRepository {
  name: string;
  owner: string;
  id: number;
  branch: string;
}

/**
 * An app in any answer. No field is promised by the specification, and each endpoint declares another subset
 * (create, list, get, update and start/stop/restart differ), so all but `_id` are optional.
 */
export interface WireApp {
  _id: string;
  currentResourceMetrics?: WireMetrics | null;
  containerId?: string | null;
  teamId?: string | WireAppTeam | null;
  restartRequired?: boolean | null;
  name?: string | null;
  userId?: string | null;
  allocatedMemoryMB?: number | null;
  allocatedVCpu?: number | null;
  workerNodeId?: WireWorkerNode | null;
  containerImage?: string | null;
  exposedViaWeb?: boolean | null;
  startupCommand?: string | null;
  installDependenciesCmd?: string | null;
  runtimeEnvironment?: string | null;
  autoRestartEnabled?: boolean | null;
  status?: string | null;
  createdAt?: string | null;
  updatedAt?: string | null;
  environmentVariables?: WireEnvironmentVariable[] | null;
  externalPort?: number | null;
  internalPort?: number | null;
  assignedSubdomain?: string | null;
  assignedCustomDomain?: string | null;
  githubDeploys?: WireGithubDeploy[] | null;
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
