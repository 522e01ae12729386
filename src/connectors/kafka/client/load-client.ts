import { invalid } from "../../../internal/assert.ts";
import { StateFunError } from "../../../internal/errors.ts";
import { reasonOf } from "../../../internal/show.ts";
import type { KafkaModule } from "./client.ts";

/**
 * Loaded when an ingress or a delivery starts, so that other applications need neither the package nor a newer
 * runtime.
 */
export async function loadClient(what: string): Promise<KafkaModule> {
  assertRuntime(what);
  try {
    // Not a literal type: nothing of the package is needed to compile this one.
    return await import("@platformatic/kafka" as string);
  } catch (cause) {
    const text = `${what} needs the package @platformatic/kafka, which could not be loaded (npm install @platformatic/kafka@2): ${reasonOf(cause)}`;
    throw new StateFunError("invalid_argument", text, { cause });
  }
}

/** The client imports fine on an older Node, and fails later, with errors that say nothing. */
function assertRuntime(what: string): void {
  // Node, Deno and Bun have it; the two others say in it which Node they stand for, which is not asked.
  const { process } = globalThis as { process?: { readonly versions?: Record<string, string> } };
  const { node, deno, bun } = process?.versions ?? {};
  if (deno !== undefined || bun !== undefined) return;
  const [major = 0, minor = 0] = (node ?? "").split(".").map(Number);
  const isFit = major > 24 || (major === 24 && minor >= 6) || (major === 22 && minor >= 22);
  if (isFit) return;
  const found = node === undefined ? "another runtime" : `Node ${node}`;
  throw invalid(`${what} needs Node 22.22 or 24.6 or later, Deno or Bun, got ${found}`);
}
