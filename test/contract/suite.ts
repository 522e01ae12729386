import { afterAll, beforeAll, describe } from "vitest";
import { registerConnections } from "./connections.ts";
import { registerExchanges } from "./exchanges.ts";
import { registerFailures } from "./failures.ts";
import { registerRefusals } from "./refusals.ts";

export interface SuiteOptions {
  /** Something stands between that answers a broken connection itself: then there is nothing of ours to see. */
  readonly behindProxy?: boolean;
  /**
   * How often a test is tried again. For what now and then loses an answer that was given before its request
   * was read, as the workers of miniflare and wrangler do that stand before ours.
   */
  readonly retry?: number;
}

/** A started server with the application of `app.ts` or `hono-app.ts`. */
export interface Started {
  /** Without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * What every runtime has to do with the application under test, seen from outside. One server serves
 * the whole suite, and has to survive it.
 */
export function contractSuite(
  name: string,
  start: () => Promise<Started>,
  { behindProxy = false, retry = 0 }: SuiteOptions = {},
): void {
  describe(name, { timeout: 60_000, retry }, () => {
    let started: Started | undefined;
    const server = () => {
      if (started === undefined) throw new Error("the server has not started");
      return started.url;
    };
    beforeAll(async () => {
      started = await start();
    }, 180_000);
    afterAll(async () => {
      await started?.close();
    });

    describe("exchanges", () => registerExchanges(server));
    describe("refusals", () => registerRefusals(server));
    describe("failures", () => registerFailures(server));
    if (!behindProxy) describe("connections", () => registerConnections(server));
  });
}
