import { codecV3, type Invocation, type InvocationBatch } from "statefun/protocol";
import { bytesFromHex } from "../golden/fixtures.ts";
import { readRecordings } from "../recorded/recordings.ts";

const recorded: readonly InvocationBatch[] = readRecordings("apache-3.3.0.jsonl")
  .filter(({ label, url }) => label === "smoke" && url === "/statefun")
  .map(({ request }) => codecV3.decodeRequest(bytesFromHex(request)))
  // The runtime knows the state: the first request of a cluster is answered with what is missing.
  .filter(({ state }) => state.has("state"));

const invocations: readonly Invocation[] = recorded.flatMap((batch) => batch.invocations);

/**
 * Requests of one size out of what a cluster sent: a window over all recorded invocations, each time a few
 * further on, with a target and its state from the recording.
 */
export function smokeRequests(batchSize: number): readonly Uint8Array<ArrayBuffer>[] {
  const around = [...invocations, ...invocations];
  return Array.from({ length: 64 }, (_, index) => {
    const { target, state } = recorded[index % recorded.length] ?? {};
    if (target === undefined || state === undefined) throw new RangeError("nothing is recorded");
    const from = (index * 7) % invocations.length;
    const window = around.slice(from, from + batchSize);
    return codecV3.encodeRequest({ target, state, invocations: window });
  });
}
