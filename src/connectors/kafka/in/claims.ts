import type { IngressClaim } from "../../../engine/contract/ingress-host.ts";
import { show } from "../../../internal/show.ts";
import type { IngressSettings } from "../ingress-settings.ts";

/**
 * What two ingresses of one runtime cannot both have: a topic in a group, which shares its records out between them, and a name in
 * a group. Two lists of brokers are of one cluster where they have one in common.
 */
export function claimsOf({ typename, connection, group, topics }: IngressSettings): IngressClaim[] {
  const claims: IngressClaim[] = [];
  const claim = (what: string, conflict: IngressClaim["conflict"]): void => {
    for (const broker of connection.bootstrapBrokers) {
      const key = JSON.stringify(["kafka", broker.toLowerCase(), group, what]);
      claims.push({ key, conflict });
    }
  };
  for (const topic of topics.keys()) {
    claim(`topic ${topic}`, (other) => {
      const text = `ingress ${typename} reads topic ${show(topic)} in group ${show(group)}, as ingress ${other} already does`;
      return `${text}: each record would reach only one of them. Give each a group of its own`;
    });
  }
  const { groupInstanceId: name } = connection.settings;
  if (name !== undefined) {
    claim(`member ${name}`, (other) => {
      const text = `ingress ${typename} has group.instance.id ${show(name)} in group ${show(group)}, which ingress ${other} already has`;
      return `${text}: each would evict the other. Give each its own group.instance.id, or none`;
    });
  }
  return claims;
}
