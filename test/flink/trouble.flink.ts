import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { type ClusterRun, runCluster } from "./cluster.ts";
import { serveOnNode } from "./node-server.ts";
import { statefun330 } from "./releases.ts";

const small = { ids: 8, commands: 100, failures: 0 };

/** Listened a moment ago, and does not any more. */
async function closedUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
}

const run = (options: Omit<ClusterRun, "release">) =>
  runCluster({ release: statefun330, callTimeoutMs: 2_000, ...options });

describe("trouble ends in a verdict, and soon", () => {
  it("a function server that nobody started", async () => {
    const url = await closedUrl();
    const result = await run({ url, settings: { ...small, restartAttempts: 1 } });
    expect(result.verdict).toBe("failed");
    expect(result.error).toContain("RequestTimeoutException");
    expect(result.restarts).toBe(1);
    expect(result.log).toContain("Connection refused");
  });

  it("a function server that takes everything and does nothing", async () => {
    const headers = { "content-type": "application/octet-stream" };
    const server = await serveOnNode(() => new Response(null, { headers }));
    try {
      const result = await run({ url: server.url, timeoutMs: 30_000, settings: small });
      expect(result.verdict).toBe("timeout");
      expect(result.error).toContain("30000 ms");
      expect(result.answered).toBe(0);
      expect(server.requests()).toBeGreaterThan(0);
    } finally {
      await server.close();
    }
  });

  it("a cluster that cannot start says why", async () => {
    const bad = run({ url: "http://127.0.0.1:1", settings: { ...small, commands: "many" } });
    await expect(bad).rejects.toThrow(
      /without a verdict, by exit code 1[\s\S]*NumberFormatException/,
    );
  });
});
