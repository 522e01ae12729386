import { cluster, messages } from "./edge-messages.ts";
import { probes } from "./edge-probes.ts";
import type { Edge } from "./edge-requests.ts";
import { hosts, targets } from "./edge-targets.ts";

/** What clients, probes, proxies and browsers send. Answered alike on every runtime, except where it says why not. */
export const edges: readonly Edge[] = [...probes, ...hosts, ...targets, ...messages, ...cluster];
