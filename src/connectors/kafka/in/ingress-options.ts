import type { Decoder } from "../../../sdk/types/type.ts";
import type { KafkaConnection } from "../client/connection.ts";
import type { StartupPosition } from "../ingress-settings.ts";
import type { InvalidRecords } from "./invalid-records.ts";
import type { Route, Target } from "./record-routes.ts";

export interface KafkaIngressOptions<V> extends KafkaConnection {
  /** The topics to read. A topic that does not exist yet is read once it exists. */
  readonly topics: readonly string[];
  /**
   * The consumer group. It belongs to one store, which keeps its own positions. Offsets are committed to the group
   * too, and the later one counts. Two stores in one group get each record at least once between them. Ingresses
   * of one group must read different topics.
   */
  readonly consumerGroup: string;
  /** How a value is read: a `Type`, or `utf8` and `raw` for records that no StateFun type wrote. */
  readonly value: Decoder<V>;
  /** Where to begin if neither the store nor the group has a position. @default "latest", as in a StateFun runtime */
  readonly startupPosition?: StartupPosition;
  /**
   * Where to continue when the record at a position no longer exists.
   * @default "earliest" if `startupPosition` is "earliest", else "latest", as in a StateFun runtime
   */
  readonly autoOffsetResetPosition?: "earliest" | "latest";
  /** What happens to records that cannot be read or routed. @default "fail", so that no record is lost unseen */
  readonly onInvalid?: InvalidRecords;
}

/** Either to the instance that the record's key names, of each target, or wherever a router in code sends it. */
export type KafkaRouting<V> =
  | { readonly targets: readonly Target[]; readonly route?: never }
  | { readonly route: Route<V>; readonly targets?: never };
