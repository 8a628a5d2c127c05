/**
 * Hears the engine's `Cancel` call, which a first Ctrl-C sends at once. The SDK answers it without telling dynamic providers,
 * so this listens beside it on the process's own gRPC server. Where that cannot be had, work in progress just runs to its end.
 */
import type { IncomingHttpHeaders } from "node:http2";
import { CanceledError } from "../../clock";

const cancelPath = "/pulumirpc.ResourceProvider/Cancel";

/** Aborted when the user cancels the run. Requests that change something are let finish; waits end. */
export function listenForCancel(): AbortSignal {
  const canceled = new AbortController();
  const onStream = (_stream: unknown, headers: IncomingHttpHeaders) => {
    if (headers[":path"] === cancelPath) canceled.abort(new CanceledError("The run was canceled."));
  };
  for (const handle of activeHandles()) if (isHttp2Server(handle)) handle.on("stream", onStream);
  return canceled.signal;
}

interface StreamSource {
  on(event: "stream", listener: (stream: unknown, headers: IncomingHttpHeaders) => void): void;
}

function isHttp2Server(handle: unknown): handle is StreamSource {
  return typeof handle === "object" && handle !== null && handle.constructor.name === "Http2Server";
}

// Not documented, but there since the first versions of Node, and diagnostic tools rely on it.
function activeHandles(): unknown[] {
  const { _getActiveHandles } = process as { _getActiveHandles?: () => unknown[] };
  return _getActiveHandles?.call(process) ?? [];
}
