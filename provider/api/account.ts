/** Accounts and teams, without the invite codes of teams and the e-mail addresses of their members. */
import { isJson, unwrap } from "./app";

/** The account that the key belongs to. */
export interface Account {
  /** The API's `_id`. */
  id: string;
  /** Name of the user. */
  name?: string;
  /** Whether signing in requires a code sent by e-mail. */
  isEmail2FAEnabled?: boolean;
  /** Whether the free plan was claimed. */
  hasClaimedFreePlan?: boolean;
  /** ISO 8601. */
  createdAt?: string;
  /** The plan; undefined without one. */
  currentSubscription?: Subscription;
}

/** The account's plan. */
export interface Subscription {
  /** Name of the plan. */
  plan?: string;
  /** Megabytes, shared by all apps and databases of the account. */
  allocatedMemoryMB?: number;
  /** State of the subscription, such as `active`. */
  status?: string;
}

/** A member of a team. */
export interface TeamMember {
  /** Id of the user. */
  userId: string;
  /** Name of the user. */
  name?: string;
  /** Permissions of the member, under the API's names. */
  permissions: Record<string, boolean>;
}

/** A team of the account. */
export interface Team {
  /** The API's `_id`. */
  id: string;
  /** Name of the team. */
  name?: string;
  /** Id of the user who owns the team. */
  ownerId?: string;
  /** The members, without their e-mail addresses. */
  members: TeamMember[];
  /** How many apps the team has. */
  applicationsCount?: number;
  /** ISO 8601. */
  createdAt?: string;
  /** ISO 8601. */
  updatedAt?: string;
}

type Json = Record<string, unknown>;

/** Bare, or wrapped as `{ user }`. */
export function accountOf(body: unknown): Account | undefined {
  const user = unwrap(body, "user");
  if (typeof user?.["_id"] !== "string") return undefined;
  return {
    id: user["_id"],
    name: text(user, "name"),
    isEmail2FAEnabled: flag(user, "isEmail2FAEnabled"),
    hasClaimedFreePlan: flag(user, "hasClaimedFreePlan"),
    createdAt: text(user, "createdAt"),
    currentSubscription: subscriptionOf(user["currentSubscription"]),
  };
}

function subscriptionOf(value: unknown): Subscription | undefined {
  if (!isJson(value)) return undefined;
  const memory = value["allocatedMemoryMB"];
  return {
    plan: text(value, "plan"),
    allocatedMemoryMB: typeof memory === "number" ? memory : undefined,
    status: text(value, "status"),
  };
}

export function teamOf(body: unknown): Team | undefined {
  const team = unwrap(body, "team");
  if (typeof team?.["_id"] !== "string") return undefined;
  const { members, applicationsCount } = team;
  return {
    id: team["_id"],
    name: text(team, "name"),
    ownerId: personId(team["owner"]),
    members: Array.isArray(members) ? members.flatMap(memberOf) : [],
    applicationsCount: typeof applicationsCount === "number" ? applicationsCount : undefined,
    createdAt: text(team, "createdAt"),
    updatedAt: text(team, "updatedAt"),
  };
}

/** Bare, or wrapped as `{ teams }`. */
export function teamsOf(body: unknown): Team[] | undefined {
  const list = Array.isArray(body) ? body : isJson(body) ? body["teams"] : undefined;
  return Array.isArray(list) ? list.flatMap((item) => teamOf(item) ?? []) : undefined;
}

function memberOf(member: unknown): TeamMember[] {
  if (!isJson(member)) return [];
  const { user, permissions } = member;
  const userId = personId(user);
  if (userId === undefined) return [];
  const entries = Object.entries(isJson(permissions) ? permissions : {}).flatMap(
    ([permission, value]): [string, boolean][] => (typeof value === "boolean" ? [[permission, value]] : []),
  );
  const name = isJson(user) ? text(user, "name") : undefined;
  return [{ userId, name, permissions: Object.fromEntries(entries) }];
}

// Sources disagree on whether users are ids or objects.
function personId(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return isJson(value) ? text(value, "_id") : undefined;
}

function text(from: Json, key: string): string | undefined {
  return typeof from[key] === "string" ? from[key] : undefined;
}

function flag(from: Json, key: string): boolean | undefined {
  return typeof from[key] === "boolean" ? from[key] : undefined;
}
