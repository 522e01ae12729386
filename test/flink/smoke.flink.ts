import { describe, expect, it } from "vitest";
import { runCluster } from "./cluster.ts";
import { serveOnNode } from "./node-server.ts";
import { type Release, releases, type Transport } from "./releases.ts";
import { smokeApp } from "./smoke-app.ts";
import { commands, expectVerified, failures, ids, report } from "./verified.ts";

/** As the transports call themselves. */
const userAgentOf = (transport: Transport) =>
  transport === "async" ? /^statefun$/ : /^okhttp\/\d/;

async function smoke(release: Release, transport: Transport): Promise<void> {
  const errors: unknown[] = [];
  const server = await serveOnNode(smokeApp(release, errors));
  try {
    const settings = { ids, commands, failures };
    const result = await runCluster({ release, transport, url: server.url, settings });
    report(`${release.version} ${transport}`, result, server.requests());
    expectVerified(result, release);
    expect(errors).toEqual([]);
    const [userAgent, ...others] = server.userAgents;
    expect(userAgent).toMatch(userAgentOf(transport));
    expect(others).toEqual([]);
  } finally {
    await server.close();
  }
}

const runs = releases.flatMap((release) =>
  release.transports.map((transport) => ({ release, version: release.version, transport })),
);

describe("a handler on Node", () => {
  it.for(runs)(
    "counts every message of StateFun $version over $transport exactly once, restarts included",
    ({ release, transport }) => smoke(release, transport),
  );
});
