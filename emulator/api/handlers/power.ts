/** Owns start, stop and restart. A call that finds the app as it should be changes nothing. */
import { randomUUID } from "node:crypto";
import { type Answer, type Emulation, findApp, type Handler } from "../context";
import { show } from "./apps";

export const startApp: Handler = (emulation, { id }) =>
  answering(emulation, id, () => {
    if (!emulation.fleet.supervisor(id).active) powerOn(emulation, id);
  });

export const stopApp: Handler = (emulation, { id }) =>
  answering(emulation, id, async () => {
    if (!emulation.fleet.supervisor(id).active) return;
    emulation.store.change(id, { power: "off" });
    await emulation.fleet.supervisor(id).stop();
  });

export const restartApp: Handler = (emulation, { id }) =>
  answering(emulation, id, async () => {
    await emulation.fleet.supervisor(id).stop();
    powerOn(emulation, id);
  });

/** A new container takes over all settings, so nothing waits for a restart any more. */
function powerOn({ store, fleet }: Emulation, id: string): void {
  store.change(id, { power: "on", restartRequired: false, containerId: randomUUID() });
  fleet.start(id);
}

function answering(emulation: Emulation, id: string, act: () => void | Promise<void>): Promise<Answer> {
  return emulation.fleet.exclusive(id, async () => {
    findApp(emulation, id);
    await act();
    return { status: 200, json: show(emulation, "status", findApp(emulation, id)) };
  });
}
