/** Owns the answers about the account and its teams. */
import { teamView, USER } from "../../apps/account";
import { notFound } from "../../errors";
import type { Emulation, Handler } from "../context";

export const getUser: Handler = ({ settings }) => ({
  status: 200,
  json: settings.variants.user === "bare" ? USER : { user: USER },
});

export const listTeams: Handler = (emulation) => ({
  status: 200,
  json: emulation.teams.map((team) => teamView(team, countApps(emulation, team._id))),
});

export const getTeam: Handler = (emulation, { id }) => {
  const team = emulation.teams.find(({ _id }) => _id === id);
  if (!team) throw notFound(`There is no team ${JSON.stringify(id)}.`);
  return { status: 200, json: teamView(team, countApps(emulation, id)) };
};

function countApps({ store }: Emulation, teamId: string): number {
  return store.list().filter((app) => app.teamId === teamId).length;
}
