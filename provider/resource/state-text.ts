/** The text that Pulumi's state keeps for each resource in place of the provider's code. Its bytes never change. */

/**
 * The SDK compiles this text in the provider process and calls `handler()`. It only requires the installed package, so that
 * an old state is refreshed and destroyed by the code of today.
 */
export const stateText = 'exports.handler=()=>require("pulumi-camposcloud/handlers")';

/** The dynamic provider's package part routes the calls; module and name are ours. */
export const typeToken = "pulumi-nodejs:dynamic/camposcloud:CamposApp";

/** The same resource of the native plugin. */
export const nativeTypeToken = "camposcloud:index:App";
