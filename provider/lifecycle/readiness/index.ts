/** Readiness: waiting for an app until it really runs. */
export { AppPoller } from "./app-poller";
export { checkHealth, type Probe, type ProbeAnswer } from "./health-check";
export { isOnline, waitUntil, waitUntilReady } from "./wait";
