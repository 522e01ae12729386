import type { Order } from "../../../src/engine/contract/actions.ts";
import type { Engine } from "../../../src/engine/contract/engine.ts";

/** Engines, as operators reach them. */
export interface Operated {
  /** Does something where an instance is. Rejects while nobody is there. */
  at<T>(id: string, work: (engine: Engine) => Promise<T>): Promise<T>;
  /** The same where all dead letters are. */
  atLetters<T>(work: (engine: Engine) => Promise<T>): Promise<T>;
  /** The partition of an instance. */
  partitionOf(id: string): string;
  /** Is another one after each crash of that. */
  lifeOf(partition: string): number;
}

/** Changes an order on its way, as a bug would. */
export type OrderSabotage = (engine: Engine, order: Order) => Order;
