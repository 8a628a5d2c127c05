/** Owns the account of the emulator and its teams. */

import { createHash } from "node:crypto";
import type { TeamSeed } from "../options";
import type { WireAppTeam, WirePerson, WireTeam, WireUser } from "../wire";
import { newId } from "./record";

export const USER: WireUser & { email: string } = {
  _id: "65a1f0c2d3e4b5a697880001",
  name: "Emulator",
  isEmail2FAEnabled: false,
  hasClaimedFreePlan: true,
  email: "emulator@localhost",
  createdAt: "2025-07-18T23:49:19.701Z",
  activeSessions: [
    {
      id: "65a1f0c2d3e4b5a697880002",
      device: "Desktop",
      ip: "127.0.0.1",
      browser: "Chrome",
      lastActive: "2025-07-18T23:49:19.701Z",
    },
  ],
};

const PERMISSIONS = Object.fromEntries(
  [
    "canCreateApplication",
    "canDeleteApplication",
    "canUpdateApplicationSettings",
    "canChangeStatusApplication",
    "canManageApplicationBackup",
    "canEditApplicationFiles",
    "canSeeApplicationFiles",
    "canDeleteApplicationFiles",
    "canCreateDatabase",
    "canDeleteDatabase",
    "canUpdateDatabaseSettings",
    "canChangeStatusDatabase",
  ].map((name) => [name, true]),
);

/** Derives a team's id from its name: it stays the same after each start, so that saved apps stay in the team. */
export function teamIdOf(name: string): string {
  return createHash("sha256").update(`team ${name}`).digest("hex").slice(0, 24);
}

/** A team inside an app: users are ids. */
export function teamFrom(seed: TeamSeed): WireAppTeam {
  const now = new Date().toISOString();
  const owner = { user: USER._id, permissions: PERMISSIONS, _id: newId() };
  return {
    _id: newId(),
    owner: USER._id,
    members: [owner],
    invites: [],
    createdAt: now,
    updatedAt: now,
    ...seed,
  };
}

/** The same team in its own endpoints: users are objects. */
export function teamView(team: WireAppTeam, applicationsCount: number): WireTeam {
  const members = team.members.map((member) => ({ ...member, user: person(member.user) }));
  return { ...team, owner: person(team.owner), members, applicationsCount };
}

function person(id: string): WirePerson {
  if (id === USER._id) return { _id: id, name: USER.name, email: USER.email };
  return { _id: id, name: `User ${id.slice(-4)}`, email: `${id}@localhost` };
}
