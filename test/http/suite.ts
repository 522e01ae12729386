import { afterAll, beforeAll, describe } from "vitest";
import { registerServed } from "../admin/console/served.ts";
import { registerAccess } from "./access.ts";
import { registerAdmin } from "./admin.ts";
import { registerBodies } from "./bodies.ts";
import { registerCalls } from "./calls.ts";
import { registerConnections } from "./connections.ts";
import { registerCrowds } from "./crowds.ts";
import { registerHeaders } from "./headers.ts";
import { registerIds } from "./ids.ts";
import { registerKeys } from "./keys.ts";
import { registerRecords } from "./records.ts";
import { registerSends } from "./sends.ts";
import { registerSlowReaders } from "./slow-readers.ts";
import { registerStreams } from "./streams.ts";
import { registerValues } from "./values.ts";

/** A started server with the application of `app.ts`. */
export interface Started {
  /** Without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

export interface HttpSuiteOptions {
  /** `engine` of its health. */
  readonly engine?: string;
  /** Something stands between that answers a broken connection itself: then there is nothing of ours to see. */
  readonly behindProxy?: boolean;
  /** Calls at one time. @default 10_500, more than are let in */
  readonly crowd?: number;
  /** Requests with one key at one time. The proxy of wrangler ends for good under a thousand. @default 1_000 */
  readonly burst?: number;
  /** Without credentials, and so only what the direct way on Node answers: messages, and how their bodies come. */
  readonly isOpen?: boolean;
  /** Where the platform itself closes connections now and then, under a request that nobody may repeat. @default 0 */
  readonly retry?: number;
}

/**
 * What every server of the application has to do, seen from outside: the HTTP surface, row by row. One server
 * serves the whole suite, and has to survive it.
 */
export function httpSuite(
  name: string,
  start: () => Promise<Started>,
  {
    engine = "embedded",
    behindProxy = false,
    crowd = 10_500,
    burst = 1_000,
    retry = 0,
    isOpen = false,
  }: HttpSuiteOptions = {},
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

    describe("sends", () => registerSends(server));
    describe("values", () => registerValues(server));
    describe("calls", () => registerCalls(server));
    describe("keys", () => registerKeys(server, burst));
    describe("ids", () => registerIds(server));
    describe("bodies", () => registerBodies(server, behindProxy));
    describe("message headers", () => registerHeaders(server));
    if (!isOpen) {
      describe("access", () => registerAccess(server, engine));
      describe("records", () => registerRecords(server));
      describe("event streams", () => registerStreams(server, behindProxy));
      describe("operators", () => registerAdmin(server));
      describe("the console", () =>
        registerServed((path, init) => fetch(`${server()}${path}`, init)));
    }
    if (!behindProxy) {
      describe("connections", () => registerConnections(server));
      if (!isOpen) describe("slow readers", () => registerSlowReaders(server));
    }
    describe("crowds", () => registerCrowds(server, crowd));
  });
}
