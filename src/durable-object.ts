export {
  type DurableObjectEngine,
  type DurableObjectOptions,
  durableObjectEngine,
} from "./durable-object/durable-object-engine.ts";
export type {
  DurableObjectInstance,
  InstanceChange,
} from "./durable-object/durable-object-instance.ts";
export type { Jurisdiction, LocationHint } from "./durable-object/location.ts";
export type {
  DurableObjectBindings,
  DurableObjectNamespaceLike,
} from "./durable-object/platform.ts";
export {
  type DurableObjectClientOptions,
  durableObjectClient,
} from "./durable-object/worker/durable-object-client.ts";
export type { AdminAuthenticate, AdminIdentity, AdminRole } from "./surface/operators.ts";
