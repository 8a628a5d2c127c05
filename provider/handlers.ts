/**
 * The stable subpath `pulumi-camposcloud/handlers`: the code stored in every state requires exactly this file and calls its
 * exports as the provider's methods. It must never be moved, renamed or removed.
 */
import { listenForCancel } from "./engine/dynamic/cancellation";
import { CamposProvider } from "./engine/dynamic/provider";

const provider = new CamposProvider(listenForCancel());

/** Receives the stack's configuration. */
export const configure = provider.configure;
/** Validates and completes the arguments. No network. */
export const check = provider.check;
/** Compares the state with the checked arguments. No network. */
export const diff = provider.diff;
/** Creates the app, or resumes its interrupted creation. */
export const create = provider.create;
/** Updates the app with the fewest requests. */
export const update = provider.update;
/** Reads the app from the API. */
export const read = provider.read;
/** Deletes the app. */
const remove = provider.delete;

export { remove as delete };
