import { afterAll, beforeAll, describe } from "vitest";
import { registerConnections } from "./connections.ts";
import { registerExchanges } from "./exchanges.ts";
import { registerFailures } from "./failures.ts";
import { registerRefusals } from "./refusals.ts";

export interface SuiteOptions {
  /**
   * Something stands between that answers a broken connection itself, where there is nothing of ours to see,
   * and that now and then loses an answer given before its request was read: such a test is tried again.
   */
  readonly behindProxy?: boolean;
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
  { behindProxy = false }: SuiteOptions = {},
): void {
  describe(name, { timeout: 60_000, retry: behindProxy ? 3 : 0 }, () => {
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
    }, 60_000);

    describe("exchanges", () => registerExchanges(server));
    describe("refusals", () => registerRefusals(server));
    describe("failures", () => registerFailures(server));
    if (!behindProxy) describe("connections", () => registerConnections(server));
  });
}
