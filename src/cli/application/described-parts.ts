import { invalid, isRecord } from "../../internal/assert.ts";
import {
  type EgressDescription,
  egressDescription,
  type IngressDescription,
  ingressDescription,
} from "../../module/kinds/descriptions.ts";
import type { EgressBinding } from "../../sdk/egress/egress.ts";
import type { Application, Ingress } from "../../sdk/modules/define-module.ts";

/** Parts that nothing here starts or delivers to, separated from the rest. */
export interface DescribedParts {
  /** What a module file describes, or a connector in code that is left alone. */
  readonly described: readonly (IngressDescription | EgressDescription)[];
  /** Ingresses of connectors that no module file could describe. */
  readonly undescribed: readonly string[];
  readonly ingresses: readonly Ingress[];
  readonly egresses: readonly EgressBinding[];
}

/** `startsConnectors`: those that code has made run here. */
export function describedParts(
  { ingresses, egresses }: Pick<Application, "ingresses" | "egresses">,
  startsConnectors: boolean,
): DescribedParts {
  const described: (IngressDescription | EgressDescription)[] = [];
  const undescribed: string[] = [];
  const isLeft = (how: unknown): boolean =>
    isRecord(how) && !startsConnectors && how["connector"] !== undefined;
  // A connector of a module file keeps the description too, but needs nothing else.
  const isBare = (how: unknown): boolean => isRecord(how) && typeof how["needs"] === "string";
  const restIngresses = ingresses.filter(({ part }) => {
    const how = part["~ingress"];
    const description = ingressDescription(part);
    if (isBare(how) ? description === undefined : !isLeft(how)) return true;
    if (description === undefined) undescribed.push(part.typename);
    else described.push(description);
    return false;
  });
  const restEgresses = egresses.filter(({ part }) => {
    const how = part["~deliver"];
    const description = egressDescription(part);
    if (isBare(how) ? description === undefined : !isLeft(how)) return true;
    described.push(description ?? ofKafka(part.typename));
    return false;
  });
  return {
    described,
    undescribed,
    ingresses: restIngresses.map(({ part }) => part),
    egresses: restEgresses.map(({ part }) => part),
  };
}

/** What is kept of it in place of a delivery that only code could say. */
function ofKafka(typename: string): EgressDescription {
  return {
    kind: "io.statefun.kafka.v1/egress",
    typename,
    address: "",
    deliverySemantic: { type: "at-least-once" },
    properties: new Map(),
  };
}

/** The one of a kind, and whose it is. Throws `invalid_argument` where there are two. */
export function onlyOne<K extends (IngressDescription | EgressDescription)["kind"]>(
  all: readonly (readonly [name: string, IngressDescription | EgressDescription])[],
  kind: K,
): Extract<IngressDescription | EgressDescription, { readonly kind: K }> | undefined {
  const [first, second] = all.filter(([, description]) => description.kind === kind);
  if (first !== undefined && second !== undefined) {
    throw invalid(`${kind} is defined twice, in ${first[0]} and in ${second[0]}`);
  }
  // The kind was just looked at.
  return first?.[1] as Extract<IngressDescription | EgressDescription, { kind: K }> | undefined;
}
