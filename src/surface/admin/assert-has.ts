import { refuse } from "../answers.ts";
import type { AdminFeature, AdminHost } from "./admin-host.ts";

/** Refuses what this engine cannot show, with its sentence: an empty list would be a lie. */
export function assertHas({ lacks }: AdminHost, feature: AdminFeature): void {
  const why = lacks[feature];
  if (why !== undefined) refuse(501, "unsupported", why);
}
