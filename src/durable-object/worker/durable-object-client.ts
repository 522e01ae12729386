import type { Client } from "../../client/client.ts";
import { assertFunction, assertKnownKeys, invalid } from "../../internal/assert.ts";
import { defaultMessageBytes } from "../../internal/limits.ts";
import { show } from "../../internal/show.ts";
import { type ObserverOption, resolveObserver } from "../../model/observer-option.ts";
import type { Address } from "../../sdk/addressing/address.ts";
import { assertLocation, type Jurisdiction, type LocationHint } from "../location.ts";
import { isNamespace } from "../misconfigured.ts";
import { placementOf } from "../object-names.ts";
import type { DurableObjectNamespaceLike } from "../platform.ts";
import { objectCalls, objectOf } from "./object-calls.ts";
import { stubsOf } from "./stubs.ts";
import { workerClient } from "./worker-client.ts";

/** Each option must be the same as in the Worker that has the objects. */
export interface DurableObjectClientOptions {
  /**
   * If it differs from the engine's, each message takes one RPC more: the wrong object passes it on.
   * @default one object per address, `namespace/name/id`
   */
  readonly placement?: (address: Address) => string;
  /**
   * Where the platform may make an object that this client is the first to use: a name, or a function of the address.
   * @default near this Worker
   */
  readonly locationHint?: LocationHint | ((address: Address) => LocationHint | undefined);
  /** A name. If it differs from the engine's, the messages reach other objects. @default none */
  readonly jurisdiction?: Jurisdiction;
  /** One observer or a list. Its hook `sending` is called for each message. @default none */
  readonly observer?: ObserverOption;
}

const known = ["placement", "locationHint", "jurisdiction", "observer"];

/**
 * `send` and `call` to the objects of another Worker, by a binding with `script_name` and by references alone. The object checks
 * what is sent: `unknown_function`, and `invalid_argument` for a type that the function does not accept. The other errors are
 * those of every client. Throws `invalid_argument` for what is no namespace of Durable Objects.
 */
export function durableObjectClient(
  namespace: DurableObjectNamespaceLike,
  options: DurableObjectClientOptions = {},
): Client {
  if (!isNamespace(namespace)) {
    const write = "[[durable_objects.bindings]] with script_name";
    const what = `a namespace of Durable Objects, got ${show(namespace)}`;
    throw invalid(`durableObjectClient needs ${what}: write into wrangler.toml ${write}`);
  }
  assertKnownKeys(options, known, "the options of durableObjectClient");
  const { placement, observer, ...location } = options;
  const loadObserver = resolveObserver(observer, (error) => console.error(error));
  if (placement !== undefined) assertFunction(placement, "placement");
  // There is no env to call it with.
  if (typeof location.jurisdiction === "function") {
    throw invalid("jurisdiction must be a name here, got a function");
  }
  assertLocation(location);
  const stubs = stubsOf<undefined>({
    location,
    binding: "of the client",
    check: (work) => work(),
    onError: (error) => console.error(error),
  });
  const of = objectOf(placementOf(placement), (name, address) =>
    stubs(undefined, namespace, name, address),
  );
  return workerClient(objectCalls(of, true), anyFunctions, defaultMessageBytes, loadObserver);
}

/** What an address has of its reference is all that is known here. */
const anyFunctions = {
  get: () => ({ accepts: undefined, replies: undefined }),
  names: () => [],
};
