import { int } from "statefun";
import { type Completed, codecV3 } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { runCluster } from "./cluster.ts";
import { type FetchHandler, serveOnNode } from "./node-server.ts";
import { statefun330 } from "./releases.ts";
import type { ClusterResult } from "./result.ts";
import { smokeApp } from "./smoke-app.ts";
import { report } from "./verified.ts";

/** The smoke function, with every 50th of its answers that can be spoilt changed by `spoil`. */
function brokenApp(spoil: (outcome: Completed) => Completed | undefined): FetchHandler {
  const handler = smokeApp(statefun330);
  let chances = 0;
  return async (request) => {
    const answer = await handler(request);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const { status, headers } = answer;
    const outcome = codecV3.decodeResponse(bytes);
    const spoilt = outcome.kind === "completed" ? spoil(outcome) : undefined;
    if (spoilt !== undefined) chances += 1;
    const isSpoilt = spoilt !== undefined && chances % 50 === 0;
    return new Response(isSpoilt ? codecV3.encodeResponse(spoilt) : bytes, { status, headers });
  };
}

async function runBroken(name: string, app: FetchHandler): Promise<ClusterResult> {
  const server = await serveOnNode(app);
  try {
    const settings = { ids: 32, commands: 4_000, failures: 1 };
    const result = await runCluster({ release: statefun330, url: server.url, settings });
    report(name, result);
    expect(result.restarts).toBe(1);
    return result;
  } finally {
    await server.close();
  }
}

/** One more than it was. */
function countTwice(outcome: Completed): Completed | undefined {
  const [{ name, value } = { name: "", value: undefined }] = outcome.mutations;
  if (value?.bytes === undefined) return undefined;
  const bytes = int.encode(int.decode(value.bytes) + 1);
  return { ...outcome, mutations: [{ name, value: { ...value, bytes } }] };
}

function loseOne(outcome: Completed): Completed | undefined {
  const [lost, ...messages] = outcome.messages;
  return lost === undefined ? undefined : { ...outcome, messages };
}

function sendTwice(outcome: Completed): Completed | undefined {
  const [first, ...messages] = outcome.messages;
  return first && { ...outcome, messages: [first, first, ...messages] };
}

function neverCancel(outcome: Completed): Completed | undefined {
  const delayed = outcome.delayed.filter(({ kind }) => kind === "send");
  return delayed.length === outcome.delayed.length ? undefined : { ...outcome, delayed };
}

describe("a broken function is caught", () => {
  it.for([
    { name: "counts an increment twice", spoil: countTwice },
    { name: "sends a message twice", spoil: sendTwice },
    { name: "does not cancel", spoil: neverCancel },
  ])("one that now and then $name", async ({ name, spoil }) => {
    const result = await runBroken(name, brokenApp(spoil));
    expect(result.verdict, `${result.error}\n${result.log}`).toBe("over-counted");
    expect(result.over).toBeGreaterThanOrEqual(1);
  });

  it("one that now and then loses a message", async () => {
    const result = await runBroken("loses a message", brokenApp(loseOne));
    expect(result.verdict, `${result.error}\n${result.log}`).toBe("under-counted");
    expect(result.under).toBeGreaterThanOrEqual(1);
    expect(result.over).toBe(0);
  });

  it("but not the same way of serving it, when nothing is changed", async () => {
    const result = await runBroken(
      "unchanged",
      brokenApp((outcome) => outcome),
    );
    expect(result.verdict, `${result.error}\n${result.log}`).toBe("verified");
  });
});
