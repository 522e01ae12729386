import { invalid, isRecord } from "../internal/assert.ts";
import {
  type EgressDescription,
  egressDescription,
  type IngressDescription,
  ingressDescription,
} from "../module/descriptions.ts";
import type { Application, Ingress } from "../sdk/define-module.ts";
import type { EgressBinding } from "../sdk/egress.ts";

/** What a module file describes and nothing here can start or deliver to, apart from all the rest. */
export interface DescribedParts {
  readonly described: readonly (IngressDescription | EgressDescription)[];
  readonly ingresses: readonly Ingress[];
  readonly egresses: readonly EgressBinding[];
}

export function describedParts({ ingresses, egresses }: Application): DescribedParts {
  const described: (IngressDescription | EgressDescription)[] = [];
  const isRest = (
    how: unknown,
    description: IngressDescription | EgressDescription | undefined,
  ): boolean => {
    // A connector keeps the description too, but it needs nothing any more.
    const isBare = isRecord(how) && typeof how["needs"] === "string";
    if (!isBare || description === undefined) return true;
    described.push(description);
    return false;
  };
  return {
    described,
    ingresses: ingresses
      .map(({ part }) => part)
      .filter((part) => isRest(part["~ingress"], ingressDescription(part))),
    egresses: egresses
      .map(({ part }) => part)
      .filter((part) => isRest(part["~deliver"], egressDescription(part))),
  };
}

/** The one of a kind, and whose it is. Throws `invalid_argument` where there are two. */
export function onlyOne<K extends (IngressDescription | EgressDescription)["kind"]>(
  all: readonly (readonly [name: string, IngressDescription | EgressDescription])[],
  kind: K,
): Extract<IngressDescription | EgressDescription, { readonly kind: K }> | undefined {
  const [first, second] = all.filter(([, description]) => description.kind === kind);
  if (first !== undefined && second !== undefined) {
    throw invalid(`${kind} is there twice, in ${first[0]} and in ${second[0]}`);
  }
  // The kind was just looked at.
  return first?.[1] as Extract<IngressDescription | EgressDescription, { kind: K }> | undefined;
}
