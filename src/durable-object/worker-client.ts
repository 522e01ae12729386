import type { Client } from "../client/client.ts";
import { decoderOf, signalOf } from "../client/reply.ts";
import { arrivalOf, type EngineClientParts, optionsOf, replyOf } from "../host/engine-client.ts";
import { assertInteger } from "../internal/assert.ts";
import { orAborted } from "../internal/deadline.ts";
import { defaultCallMs, longestDelayMs, longestWaitMs } from "../internal/limits.ts";
import type { Address } from "../sdk/addressing/address.ts";
import type { SurfaceHost } from "../surface/surface-host.ts";

/** `send` and `call` to objects, from the rest of the Worker. */
export function workerClient(
  host: Pick<SurfaceHost, "send" | "call" | "now">,
  functions: EngineClientParts["functions"],
  maxMessageBytes: number,
): Client {
  const parts = { functions, maxMessageBytes };
  return {
    async send(to: Address, message: unknown, options?: object) {
      const given = optionsOf(options, ["idempotencyKey", "headers", "signal", "delayMs"]);
      const { delayMs = 0 } = given;
      assertInteger(delayMs, "delayMs", 0, longestDelayMs - host.now());
      const signal = signalOf(given.signal);
      // The message is on its way whatever the signal says; only the waiting ends.
      return orAborted(host.send(arrivalOf(parts, to, message, given, delayMs)), signal);
    },
    // The overloads say what it resolves with; `replyOf` makes it.
    call: (async (to: Address, message: unknown, options?: object) => {
      const names = ["idempotencyKey", "headers", "signal", "timeoutMs", "reply"];
      const given = optionsOf(options, names);
      const { timeoutMs = defaultCallMs } = given;
      assertInteger(timeoutMs, "timeoutMs", 1, longestWaitMs);
      const decoder = decoderOf(given.reply);
      const arrival = arrivalOf(parts, to, message, given, 0);
      const answer = await host.call(arrival, timeoutMs, signalOf(given.signal));
      return replyOf(parts, to, answer, decoder);
    }) as Client["call"],
  };
}
