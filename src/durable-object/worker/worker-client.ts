import type { Client } from "../../client/client.ts";
import { callOptionsOf, sendOptionsOf } from "../../client/message-options.ts";
import { SealingOrder } from "../../client/sealing-order.ts";
import type { Arrival } from "../../engine/contract/arrival.ts";
import {
  arrivalOf,
  asWatched,
  type EngineClientParts,
  replyOf,
  watchedSend,
} from "../../host/engine-client.ts";
import { orAborted } from "../../internal/deadline.ts";
import type { WireValue } from "../../model/invocation.ts";
import type { LoadObserver } from "../../model/observer-option.ts";
import type { Address } from "../../sdk/addressing/address.ts";
import type { SurfaceHost } from "../../surface/surface-host.ts";

/** `send` and `call` to objects, from the rest of the Worker. */
export function workerClient(
  host: Pick<SurfaceHost, "send" | "call" | "now">,
  functions: EngineClientParts["functions"],
  maxMessageBytes: number,
  loadObserver?: LoadObserver,
): Client {
  const parts = { functions, maxMessageBytes };
  const order = new SealingOrder();
  const sealed = async (arrival: Arrival, sealing: Promise<WireValue>): Promise<Arrival> => ({
    ...arrival,
    argument: await sealing,
  });
  const watch = async (
    load: LoadObserver,
    kind: "send" | "call",
    arrival: Arrival,
    checked: object,
  ) => watchedSend({ ...parts, observer: await load() }, kind, arrival, checked);
  return {
    async send(to: Address, message: unknown, options?: object) {
      const checked = sendOptionsOf(options, host);
      const { signal, delayMs } = checked;
      // The message is on its way whatever the signal says; only the waiting ends.
      const arrival = arrivalOf(parts, to, message, checked, delayMs);
      const watched = loadObserver && (await watch(loadObserver, "send", arrival, checked));
      const sent = asWatched(arrival, watched);
      const sealing = order.wait(sent.argument);
      const take = sealing ? sealed(sent, sealing).then(host.send) : host.send(sent);
      const receipt = orAborted(take, signal);
      return watched?.until(receipt) ?? receipt;
    },
    // The overloads say what it resolves with; `replyOf` makes it.
    call: (async (to: Address, message: unknown, options?: object) => {
      const checked = callOptionsOf(options);
      const { timeoutMs, signal, decoder } = checked;
      const arrival = arrivalOf(parts, to, message, checked, 0);
      const watched = loadObserver && (await watch(loadObserver, "call", arrival, checked));
      const sent = asWatched(arrival, watched);
      const sealing = order.wait(sent.argument);
      const call = (given: Arrival) => host.call(given, timeoutMs, signal);
      const answer = sealing ? sealed(sent, sealing).then(call) : call(sent);
      const reply = answer.then((one) => replyOf(parts, to, one, decoder));
      return watched?.until(reply) ?? reply;
    }) as Client["call"],
  };
}
