import { deadLetterTo, failedMessage, functionRef, int, requestReplyHandler } from "statefun";
import { afterEach, describe, expect, it, vi } from "vitest";
import { messages, obedient } from "./support/obedient.ts";
import { complete, failure, requestOf, run, wires, wireValue } from "./support/program.ts";

const deadLetter = deadLetterTo(functionRef("test/morgue", failedMessage).at("all"));

describe.each(wires)("onError on wire $name", (codec) => {
  afterEach(() => void vi.restoreAllMocks());

  const broken: readonly (readonly [string, () => void])[] = [
    [
      "throws",
      () => {
        throw new Error("the log is full");
      },
    ],
    ["is asynchronous and fails", () => Promise.reject(new Error("the log is full"))],
  ];

  describe.each(broken)("that %s", (_how, onError) => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => void unhandled.push(error);

    /** What became of promises that nobody waits for is known a turn later. */
    async function watched<T>(work: () => Promise<T>): Promise<T> {
      vi.spyOn(console, "error").mockImplementation(() => {});
      const others = process.listeners("unhandledRejection");
      process.removeAllListeners("unhandledRejection").on("unhandledRejection", note);
      try {
        return await work();
      } finally {
        await new Promise((resolve) => setTimeout(resolve, 1));
        process.removeAllListeners("unhandledRejection");
        for (const other of others) process.on("unhandledRejection", other);
        expect(unhandled.splice(0)).toEqual([]);
      }
    }

    it("does not change an error", async () => {
      const work = () => run(codec, obedient(), { messages: messages("fail a") }, { onError });
      await watched(() => expect(work()).rejects.toThrow(new RangeError("fail a")));
    });

    it("does not change a status", async () => {
      const handler = requestReplyHandler(obedient(), { protocol: codec.name, onError });
      const headers = { "content-type": "application/octet-stream" };
      const body = requestOf(codec, { messages: messages("fail a") });
      const request = new Request("http://fn/", { method: "POST", headers, body });
      expect((await watched(() => handler(request))).status).toBe(500);
    });

    it("does not lose a dead letter, nor what the batch did", async () => {
      const batch = { messages: messages("never a", "b", "never c") };
      const options = { onError, deadLetter };
      const outcome = await watched(() => complete(codec, obedient(), batch, options));
      expect(outcome.messages).toHaveLength(2);
    });

    it("is written to the console", async () => {
      const work = async () => {
        await failure(
          run(codec, obedient(), { messages: [wireValue(int, 1)] }, { onError }),
          "message_undecodable",
        );
        await new Promise((resolve) => setTimeout(resolve, 1));
        return vi.mocked(console.error).mock.calls;
      };
      expect(JSON.stringify(await watched(work))).toContain("onError");
    });
  });
});
