/** Owns the endpoints for the account and its teams. */
import { teamView, USER } from "../../apps/account";
import { notFound } from "../../errors";
import type { EmulatorContext, Handler } from "../context";

export const getUser: Handler = ({ settings }) => ({
  status: 200,
  json: settings.variants.user === "bare" ? USER : { user: USER },
});

export const listTeams: Handler = (emulator) => ({
  status: 200,
  json: emulator.teams.map((team) => teamView(team, countApps(emulator, team._id))),
});

export const getTeam: Handler = (emulator, { id }) => {
  const team = emulator.teams.find(({ _id }) => _id === id);
  if (!team) throw notFound(`There is no team ${JSON.stringify(id)}.`);
  return { status: 200, json: teamView(team, countApps(emulator, id)) };
};

function countApps({ store }: EmulatorContext, teamId: string): number {
  return store.list().filter((app) => app.teamId === teamId).length;
}
