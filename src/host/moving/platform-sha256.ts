/// <reference types="node" />

import { createSha256, type RunningDigest } from "../../export-format/sha256.ts";

/**
 * A digest of the platform, ten times as fast as ours, which stands in where the platform has none. It is asked for and not
 * imported: a Worker without `nodejs_compat` would show a warning, whenever it is built, that it imports what its platform does not have.
 */
export function platformSha256(): RunningDigest {
  const { process } = globalThis as { process?: Partial<NodeJS.Process> };
  const crypto = process?.getBuiltinModule?.("node:crypto");
  if (crypto === undefined) return createSha256();
  const hash = crypto.createHash("sha256");
  return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest("hex") };
}
