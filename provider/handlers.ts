/**
 * The stable subpath `pulumi-camposcloud/handlers`: the code stored in every state requires exactly this file and calls its
 * exports as the provider's methods. It must never be moved, renamed or removed.
 */
import { listenForCancel } from "./engine/dynamic/cancellation";
import { CamposProvider } from "./engine/dynamic/provider";

const provider = new CamposProvider(listenForCancel());

export const { configure, check, diff, create, update, read } = provider;
const remove = provider.delete;

export { remove as delete };
