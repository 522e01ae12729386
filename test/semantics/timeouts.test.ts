import { deadLetterTo, failedMessage, functionRef, requestReplyHandler, string } from "statefun";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { complete, failure, requestOf, sent, wires, wireValue } from "./support/program.ts";
import { elsewhere } from "./support/texts.ts";
import { bound, sleep } from "./support/waiting.ts";

const messages = [wireValue(string, "go")];

describe.each(wires)("timeoutMs on wire $name", (codec) => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const options = { timeoutMs: 1_000 };

  it("ends a batch whose handler does not end, not earlier", async () => {
    const work = failure(
      complete(
        codec,
        bound(() => new Promise(() => {})),
        { messages },
        options,
      ),
      "timed_out",
    );
    const ended = vi.fn();
    work.then(ended, ended);
    await vi.advanceTimersByTimeAsync(999);
    expect(ended).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect((await work).message).toContain("1000 ms");
  });

  it("aborts the signal, with the error as its reason", async () => {
    const reasons: unknown[] = [];
    const functions = bound(async ({ signal }) => {
      expect(signal.aborted).toBe(false);
      signal.addEventListener("abort", () => reasons.push(signal.reason));
      await new Promise(() => {});
    });
    const work = failure(complete(codec, functions, { messages }, options), "timed_out");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(reasons).toEqual([await work]);
  });

  it("is for the batch, not for each of its messages", async () => {
    const ran: number[] = [];
    const functions = bound(async (context) => {
      ran.push(context.now());
      await sleep(400);
      context.send(elsewhere, string.of("x"));
    });
    const three = { messages: [...messages, ...messages, ...messages] };
    const work = failure(complete(codec, functions, three, options), "timed_out");
    await vi.advanceTimersByTimeAsync(1_200);
    await work;
    expect(ran).toHaveLength(3);
    const two = complete(codec, functions, { messages: [...messages, ...messages] }, options);
    await vi.advanceTimersByTimeAsync(800);
    expect(sent(await two, string)).toEqual(["x", "x"]);
  });

  it("is over for the handler too: what it does later is refused", async () => {
    const later: Promise<unknown>[] = [];
    const functions = bound((context) => {
      const slow = async () => {
        await sleep(1_500);
        context.send(elsewhere, string.of("late"));
      };
      const work = slow();
      later.push(work.catch((error: unknown) => error));
      return work;
    });
    const work = failure(complete(codec, functions, { messages }, options), "timed_out");
    await vi.advanceTimersByTimeAsync(2_000);
    await work;
    expect(await later[0]).toMatchObject({ code: "context_closed" });
  });

  it("is no dead letter: a retry may be quicker", async () => {
    const deadLetter = deadLetterTo(functionRef("test/morgue", failedMessage).at("all"));
    const functions = bound(() => new Promise(() => {}));
    const work = complete(codec, functions, { messages }, { ...options, deadLetter });
    const failed = failure(work, "timed_out");
    await vi.advanceTimersByTimeAsync(1_000);
    await failed;
  });

  it("is answered with 500, and reported to onError once", async () => {
    const onError = vi.fn();
    const handler = requestReplyHandler(
      bound(() => new Promise(() => {})),
      {
        ...options,
        protocol: codec.name,
        onError,
      },
    );
    const headers = { "content-type": "application/octet-stream" };
    const body = requestOf(codec, { messages });
    const response = handler(new Request("http://fn/", { method: "POST", headers, body }));
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await response).status).toBe(500);
    expect(await (await response).text()).toBe("timed_out\n");
    expect(onError).toHaveBeenCalledTimes(1);
    expect(onError.mock.calls[0]?.[1]).toEqual({
      address: { typename: "test/fn", id: "1" },
      messageTypename: string.typename,
    });
  });

  it("is over between two handlers that never wait", async () => {
    const ran: string[] = [];
    const functions = bound((context) => {
      ran.push(context.self.id);
      vi.advanceTimersByTime(1_500);
    });
    const two = { messages: [...messages, ...messages] };
    await failure(complete(codec, functions, two, options), "timed_out");
    expect(ran).toHaveLength(1);
  });

  it.each([-86_400_000, 86_400_000])(
    "is not over because the clock is set by %i ms",
    async (byMs) => {
      const ran: string[] = [];
      const functions = bound(async (context) => {
        ran.push(context.self.id);
        vi.setSystemTime(context.now() + byMs);
        await sleep(100);
      });
      const work = complete(codec, functions, { messages: [...messages, ...messages] }, options);
      await vi.advanceTimersByTimeAsync(999);
      await work;
      expect(ran).toHaveLength(2);
    },
  );

  it("never aborts the signal of a batch that was done in time", async () => {
    const signals: AbortSignal[] = [];
    const functions = bound(async ({ signal }) => {
      signals.push(signal);
      await sleep(10);
    });
    const work = complete(codec, functions, { messages }, options);
    await vi.advanceTimersByTimeAsync(5_000);
    await work;
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  });
});
