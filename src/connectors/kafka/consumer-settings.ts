import type { ConsumerSettings } from "./client.ts";
import type { IngressSettings } from "./ingress-settings.ts";

/**
 * What both clients of an ingress are made with: one that is in the group, and one that fetches, whose requests wait
 * for records and would hold up the heartbeats of the other.
 */
export function consumerSettings({ connection, group }: IngressSettings): ConsumerSettings {
  const { commitIntervalMs: _, ...settings } = connection.settings;
  return {
    sessionTimeout: 30_000,
    heartbeatInterval: 1_000,
    rebalanceTimeout: 60_000,
    ...settings,
    clientId: connection.clientId,
    bootstrapBrokers: connection.bootstrapBrokers,
    groupId: group,
    // Retries are ours: those of the client would join again in the middle of a commit.
    retries: 0,
    autocommit: false,
  };
}
