import { string } from "statefun";
import { codecV2, codecV3 } from "statefun/protocol";
import { describe, expect, it } from "vitest";

const message = { typename: string.typename, bytes: string.encode("x"), headers: [] };

describe("the codecs", () => {
  const delayed = (delayMs: number) => ({
    kind: "completed" as const,
    mutations: [],
    messages: [],
    egresses: [],
    delayed: [
      {
        kind: "send" as const,
        delayMs,
        target: { typename: "a/b", id: "1" },
        argument: message,
        cancellationToken: undefined,
      },
    ],
  });

  it.each([Number.POSITIVE_INFINITY, Number.NaN, 1.5, 2 ** 53])(
    "refuse a delay of %s",
    (delayMs) => {
      expect(() => codecV3.encodeResponse(delayed(delayMs))).toThrow(
        /delayMs must be a safe integer/,
      );
    },
  );

  it("write a negative delay as they read it", () => {
    for (const codec of [codecV2, codecV3]) {
      const outcome = codec.decodeResponse(codec.encodeResponse(delayed(-5)));
      expect(outcome).toMatchObject({ delayed: [{ delayMs: -5 }] });
    }
  });

  it("refuse a cancellation on v2, one without a token too", () => {
    const cancel = { kind: "cancel" as const, cancellationToken: "" };
    const outcome = { ...delayed(0), delayed: [cancel] };
    expect(() => codecV2.encodeResponse(outcome)).toThrow(/v2 cannot carry/);
  });
});
