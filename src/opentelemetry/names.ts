import { StateFunError } from "../internal/errors.ts";
import { reasonOf } from "../internal/show.ts";

/** Names of the messaging conventions 1.45, which are not stable yet, and our own beside them. */
export const names = {
  system: "messaging.system",
  operationName: "messaging.operation.name",
  operationType: "messaging.operation.type",
  destination: "messaging.destination.name",
  messageId: "messaging.message.id",
  bodySize: "messaging.message.body.size",
  batchCount: "messaging.batch.message_count",
  errorType: "error.type",
  instanceId: "statefun.instance.id",
  engine: "statefun.engine",
  attempt: "statefun.attempt",
  messageType: "statefun.message.type",
  isRemote: "statefun.remote",
  isDelayed: "statefun.message.delayed",
  delay: "statefun.message.delay",
  effect: "statefun.effect",
  outcome: "statefun.outcome",
  kind: "statefun.kind",
  isDuplicate: "statefun.duplicate",
  egress: "statefun.egress",
} as const;

export const system = "statefun";

/** The code of an error of ours, the name of another one. */
export function errorTypeOf(error: unknown): string {
  const { code, name } = Object(error);
  if (typeof code === "string" && code !== "") return code;
  return typeof name === "string" && name !== "" ? name : "_OTHER";
}

/** What went wrong. Texts of ours name instances: without ids an error of ours is its code alone. */
export function failureText(error: unknown, instanceIds: boolean): string {
  return !instanceIds && error instanceof StateFunError ? error.code : reasonOf(error);
}
