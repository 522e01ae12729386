import { int, string } from "statefun";
import { codecV2, codecV3 } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import {
  batchOf,
  bodyOf,
  invoke,
  post,
  readOutcome,
  smallBatch,
  wireValue,
} from "../contract/client.ts";
import { blob } from "../contract/functions.ts";
import { contractSuite, type Started, type SuiteOptions } from "../contract/suite.ts";
import { readRecordings, recordedFiles } from "../recorded/recordings.ts";
import { isReplayed, replay } from "../recorded/replay.ts";
import type { ServerProcess } from "./server-process.ts";

export type Start<T extends Started = Started> = (program: string) => Promise<T>;

/** Everything that a runtime has to pass. */
export function runtimeSuite(
  name: string,
  start: Start,
  program = "contract",
  options?: SuiteOptions,
): void {
  contractSuite(`${name}: contract`, () => start(program), options);
}

/** Recorded traffic, a file at a time: a function of it counts its calls, so each gets a fresh server. */
export function recordedSuite(name: string, start: Start, program = "recorded"): void {
  describe(`${name}: recorded traffic`, () => {
    it.for(recordedFiles())("is answered as the official SDKs did: %s", async (file) => {
      const server = await start(program);
      try {
        const replayed = await replay(server.url, file);
        expect(replayed).toHaveLength(readRecordings(file).filter(isReplayed).length);
        for (const { name: message, ours, recorded } of replayed) {
          expect(ours, message).toEqual(recorded);
        }
      } finally {
        await server.close();
      }
    });
  });
}

/** What the platform gives as its second argument is `context.env`, unless the option says otherwise. */
export function bindingsTest(name: string, start: Start, program: string, bindings: string): void {
  it(`${name}: context.env is ${bindings}`, async () => {
    const server = await start(program);
    try {
      const batch = batchOf("contract/env", [wireValue(string, "tell")]);
      const outcome = await invoke(`${server.url}/bindings`, codecV3, batch);
      expect(outcome).toMatchObject({
        egresses: [{ argument: { bytes: string.encode(bindings) } }],
      });
    } finally {
      await server.close();
    }
  });
}

/** A server that holds bodies to their length says so: reading them is much cheaper then. */
export function servedTest(name: string, start: Start): void {
  it(`${name}: a request says that its server holds it to its Content-Length`, async () => {
    const server = await start("served");
    try {
      expect(await (await fetch(server.url)).text()).toBe("function");
    } finally {
      await server.close();
    }
  });
}

/** A handler that is the server's own `fetch`, which some servers answer in a way of their own. */
export function bareTest(name: string, start: Start): void {
  it(`${name}: a handler is served as it is`, async () => {
    const none = new Uint8Array();
    const server = await start("bare");
    try {
      for (const codec of [codecV2, codecV3]) {
        for (const size of [1, 100_000, 2_000_000]) {
          const message = wireValue(blob, new Uint8Array(size).fill(7));
          const outcome = await invoke(server.url, codec, batchOf("matrix/relay", [message]));
          const [sent] = outcome.kind === "completed" ? outcome.messages : [];
          expect(Buffer.compare(sent?.argument.bytes ?? none, message.bytes ?? none)).toBe(0);
        }
      }
      expect((await post(server.url, Uint8Array.of(1))).status).toBe(400);
      expect((await fetch(server.url)).status).toBe(405);
    } finally {
      await server.close();
    }
  });
}

/** `close()` of a server, which a program calls when it is told to end. */
export function closeTest(name: string, start: Start<ServerProcess>): void {
  it(`${name}: close answers what is running, and the process ends`, async () => {
    const server = await start("contract");
    await readOutcome(await post(`${server.url}/auto`, bodyOf(codecV3, smallBatch())), codecV3);
    const slow = bodyOf(codecV3, batchOf("contract/slow", [wireValue(int, 1_500)]));
    const running = post(`${server.url}/auto`, slow);
    // Requests are answered in order of their delays: this one says that the slow one has arrived.
    const soon = bodyOf(codecV3, batchOf("contract/slow", [wireValue(int, 300)]));
    await readOutcome(await post(`${server.url}/auto`, soon), codecV3);
    const stopped = server.stop();
    await readOutcome(await running, codecV3);
    expect(await stopped).toBe(0);
    await expect(fetch(server.url)).rejects.toThrow();
  });
}
