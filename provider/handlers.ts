/**
 * The stable subpath `pulumi-camposcloud/handlers`: the text in every state requires exactly this file, and calls what it
 * exports as the provider's methods. It is never moved, renamed or removed.
 */
import { listenForCancel } from "./engine/dynamic/cancellation";
import { CamposProvider } from "./engine/dynamic/provider";

const provider = new CamposProvider(listenForCancel());

export const { configure, check, diff, create, update, read } = provider;
const remove = provider.delete;

export { remove as delete };
