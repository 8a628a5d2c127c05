/** The program of the plugin `pulumi-resource-camposcloud`. */
import { startServer } from "./server";

declare const __PLUGIN_VERSION__: string;

startServer(__PLUGIN_VERSION__, __dirname);
