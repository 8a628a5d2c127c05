/** The text that Pulumi's state stores for each resource in place of the provider's code. Its bytes must never change. */

/**
 * The SDK compiles this text in the provider process and calls `handler()`. It only requires the installed package, so that
 * an old state is refreshed and destroyed by the installed version.
 */
export const stateText = 'exports.handler=()=>require("pulumi-camposcloud/handlers")';

/** The SDK requires the first part; module and name are ours. */
export const typeToken = "pulumi-nodejs:dynamic/camposcloud:CamposApp";

/** The same resource in the native plugin. */
export const nativeTypeToken = "camposcloud:index:App";
