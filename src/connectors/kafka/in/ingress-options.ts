import type { Decoder } from "../../../sdk/types/type.ts";
import type { KafkaConnection } from "../client/connection.ts";
import type { StartupPosition } from "../ingress-settings.ts";
import type { InvalidRecords } from "./invalid-records.ts";
import type { Route, Target } from "./record-routes.ts";

export interface KafkaIngressOptions<V> extends KafkaConnection {
  /** Those that do not exist yet are waited for. */
  readonly topics: readonly string[];
  /**
   * Belongs to one store, which has positions of its own; offsets are committed to the group too, and the later one counts. Two
   * stores in one group get each record at least once between them. Ingresses of one group must read different topics.
   */
  readonly consumerGroup: string;
  /** How a value is read: a `Type`, or `utf8` and `raw` for records that no StateFun type wrote. */
  readonly value: Decoder<V>;
  /** @default "latest", as a StateFun runtime does; used where neither the store nor the group has a position */
  readonly startupPosition?: StartupPosition;
  /**
   * Where to go on when a position is no longer there. @default "earliest" where `startupPosition` is that, else "latest",
   * as a StateFun runtime does
   */
  readonly autoOffsetResetPosition?: "earliest" | "latest";
  /** @default "fail", so that no record is lost unseen */
  readonly onInvalid?: InvalidRecords;
}

/** To the instance named by the record's key, of each target; or wherever a router in code sends it. */
export type KafkaRouting<V> =
  | { readonly targets: readonly Target[]; readonly route?: never }
  | { readonly route: Route<V>; readonly targets?: never };
