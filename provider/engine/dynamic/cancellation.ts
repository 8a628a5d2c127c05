/**
 * Detects the engine's `Cancel` call, sent on the first Ctrl-C. The SDK handles it without notifying dynamic providers, so this
 * listens on the gRPC server of the process as well. If the server cannot be found, operations run to their end.
 */
import type { IncomingHttpHeaders } from "node:http2";
import { CanceledError } from "../../clock";

const cancelPath = "/pulumirpc.ResourceProvider/Cancel";

/** The returned signal is aborted when the user cancels the run. */
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

// Undocumented, but available since the first versions of Node.js; diagnostic tools rely on it.
function activeHandles(): unknown[] {
  const { _getActiveHandles } = process as { _getActiveHandles?: () => unknown[] };
  return _getActiveHandles?.call(process) ?? [];
}
