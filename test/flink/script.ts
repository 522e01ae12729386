import type { Type } from "statefun";
import type { ClusterResult } from "./result.ts";

/** A message that the cluster's ingress brings. */
export interface ScriptMessage {
  readonly to: string;
  readonly id: string;
  readonly typename: string;
  readonly value: Uint8Array;
}

export function scriptMessage<V>(to: string, id: string, type: Type<V>, value: V): ScriptMessage {
  return { to, id, typename: type.typename, value: type.encode(value) };
}

/** The file that ScriptSource.java reads. */
export function scriptOf(messages: readonly ScriptMessage[]): string {
  const lines = messages.map(({ to, id, typename, value }) =>
    [to, id, typename, Buffer.from(value).toString("hex")].join("\t"),
  );
  return lines.join("\n");
}

/** What the functions emitted to `statefun.cluster/transcript`, all of one type. */
export function recordsOf<V>(result: ClusterResult, type: Type<V>): readonly V[] {
  return (result.records ?? []).map(({ typename, value }) => {
    if (typename !== type.typename) throw new Error(`a record is a ${typename}`);
    return type.decode(new Uint8Array(Buffer.from(value, "hex")));
  });
}
