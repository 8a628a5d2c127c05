/** Owns start, stop and restart. A call for an app that is already in that state changes nothing. */
import { randomUUID } from "node:crypto";
import { conflict } from "../../errors";
import { type Answer, type EmulatorContext, findApp, type Handler } from "../context";
import { show } from "./apps";

export const startApp: Handler = (emulator, { id }) =>
  answering(emulator, id, () => {
    const { active, state } = emulator.manager.supervisor(id);
    if (!active) return powerOn(emulator, id);
    if (state !== "online" && emulator.settings.variants.startWhileStarting === "refused") {
      throw conflict("The application is already starting.");
    }
  });

export const stopApp: Handler = (emulator, { id }) =>
  answering(emulator, id, async () => {
    if (!emulator.manager.supervisor(id).active) return;
    // First, so that an app can be stopped even if a full disk prevents saving its record.
    await emulator.manager.supervisor(id).stop();
    emulator.store.change(id, { power: "off" });
  });

export const restartApp: Handler = (emulator, { id }) =>
  answering(emulator, id, async () => {
    await emulator.manager.supervisor(id).stop();
    powerOn(emulator, id);
  });

/** A new container uses all current settings, so no restart is required any more. */
function powerOn({ store, manager }: EmulatorContext, id: string): void {
  store.change(id, { power: "on", restartRequired: false, containerId: randomUUID() });
  manager.start(id);
}

function answering(emulator: EmulatorContext, id: string, act: () => void | Promise<void>): Promise<Answer> {
  return emulator.manager.exclusive(id, async () => {
    findApp(emulator, id);
    await act();
    return { status: 200, json: show(emulator, "status", findApp(emulator, id)) };
  });
}
