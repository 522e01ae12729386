import { bindingsOf } from "../../host/egress-targets.ts";
import type { EgressDescription } from "../../module/kinds/descriptions.ts";
import type { Egress } from "../../sdk/egress/egress.ts";
import { kafkaEgress } from "../../sdk/egress/kafka-egress.ts";
import { keep } from "../../sdk/egress/keep.ts";
import { kinesisEgress } from "../../sdk/egress/kinesis-egress.ts";
import type { AnyModule } from "../../sdk/functions/function-table.ts";
import { type Application, defineModule } from "../../sdk/modules/define-module.ts";
import type { Typename } from "../../sdk/types/type.ts";
import type { ShownApplication } from "../ipc.ts";
import { describedParts } from "./described-parts.ts";
import type { Entry } from "./entry.ts";

export interface EgressPlan {
  /**
   * Keeps egresses that are not bound and that the entry exports or a file describes, so that they are read in
   * their own format.
   */
  readonly kept: AnyModule;
  readonly shown: ShownApplication["egresses"];
}

/** The entry without the deliveries of connectors in its options, where they do not run here, and what is kept instead. */
export function boundHere(
  entry: Entry,
  startsConnectors: boolean,
): { readonly entry: Entry; readonly egresses: readonly EgressDescription[] } {
  const given: unknown = entry.options["egresses"];
  if (!Array.isArray(given)) return { entry, egresses: [] };
  const parts = { ingresses: [], egresses: given.map((part) => ({ module: "", part })) };
  const { described, egresses } = describedParts(parts, startsConnectors);
  if (described.length === 0) return { entry, egresses: [] };
  const options = { ...entry.options, egresses };
  return { entry: { ...entry, options }, egresses: described.filter(isEgress) };
}

function isEgress(one: { readonly kind: string }): one is EgressDescription {
  return one.kind.endsWith("/egress");
}

/** Bound egresses are delivered. Of the others, only the exported ones and those in a file are known by name. */
export function egressPlan(
  entry: Entry,
  { egresses }: Application,
  described: readonly EgressDescription[],
): EgressPlan {
  const own = bindingsOf(entry.options["egresses"]).map(({ typename }) => typename);
  const bound = new Set([...own, ...egresses.map(({ part }) => part.typename)]);
  const kept = new Map<string, Egress<never, unknown> | undefined>();
  for (const one of described) kept.set(one.typename, recordsOf(one));
  // Two that are exported may be one.
  for (const one of entry.egresses) kept.set(one.typename, one);
  for (const typename of bound) kept.delete(typename);
  const show = (isKept: boolean) => (typename: string) => ({ typename, isKept });
  const known = [...kept.values()].filter((one) => one !== undefined);
  return {
    kept: defineModule({ name: "statefun dev", egresses: known.map((one) => keep(one)) }),
    shown: [...Array.from(bound, show(false)), ...Array.from(kept.keys(), show(true))],
  };
}

/** Functions emit the records of Kafka and Kinesis in these formats; those of the playground are plain JSON. */
function recordsOf({ kind, typename }: EgressDescription): Egress<never, unknown> | undefined {
  // A module file has no other names.
  const name = typename as Typename;
  if (kind === "io.statefun.kafka.v1/egress") return kafkaEgress(name);
  return kind === "io.statefun.kinesis.v1/egress" ? kinesisEgress(name) : undefined;
}
