import type { Client } from "../../client/client.ts";
import { callOptionsOf, sendOptionsOf } from "../../client/message-options.ts";
import { arrivalOf, type EngineClientParts, replyOf } from "../../host/engine-client.ts";
import { orAborted } from "../../internal/deadline.ts";
import type { Address } from "../../sdk/addressing/address.ts";
import type { SurfaceHost } from "../../surface/surface-host.ts";

/** `send` and `call` to objects, from the rest of the Worker. */
export function workerClient(
  host: Pick<SurfaceHost, "send" | "call" | "now">,
  functions: EngineClientParts["functions"],
  maxMessageBytes: number,
): Client {
  const parts = { functions, maxMessageBytes };
  return {
    async send(to: Address, message: unknown, options?: object) {
      const checked = sendOptionsOf(options, () => host.now());
      const { signal, delayMs } = checked;
      // The message is on its way whatever the signal says; only the waiting ends.
      return orAborted(host.send(arrivalOf(parts, to, message, checked, delayMs)), signal);
    },
    // The overloads say what it resolves with; `replyOf` makes it.
    call: (async (to: Address, message: unknown, options?: object) => {
      const checked = callOptionsOf(options);
      const { timeoutMs, signal, decoder } = checked;
      const arrival = arrivalOf(parts, to, message, checked, 0);
      const answer = await host.call(arrival, timeoutMs, signal);
      return replyOf(parts, to, answer, decoder);
    }) as Client["call"],
  };
}
