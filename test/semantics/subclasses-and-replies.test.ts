import {
  int,
  invocationHandler,
  NonRetryableError,
  StateFunError,
  StatefulFunctions,
  string,
} from "statefun";
import { codecV3 } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { batchOf, bodyOf } from "../contract/client.ts";

const message = { typename: string.typename, bytes: string.encode("x"), headers: [] };

describe("an error", () => {
  it("is of a subclass only when it was made by it", () => {
    class Declined extends NonRetryableError {}
    class Lost extends StateFunError {}
    expect(new NonRetryableError("x")).not.toBeInstanceOf(Declined);
    expect(new StateFunError("unavailable", "x")).not.toBeInstanceOf(Lost);
    expect(new Declined("x")).toBeInstanceOf(Declined);
    expect(new Declined("x")).toBeInstanceOf(NonRetryableError);
    expect(new Lost("unavailable", "x")).toBeInstanceOf(StateFunError);
  });
});

describe("a reply type", () => {
  it("says what a reply is, and nothing of what else the caller may be sent", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: string, replies: int }, (context) => {
      if (context.caller) context.send(context.caller, string.of("soon"));
      context.reply(5);
    });
    const caller = { typename: "test/caller", id: "1" };
    const outcome = codecV3.decodeResponse(
      await invocationHandler(functions)(
        bodyOf(codecV3, batchOf("test/fn", [], { invocations: [{ caller, argument: message }] })),
      ),
    );
    expect(outcome).toMatchObject({
      messages: [{ argument: string.of("soon") }, { argument: int.of(5) }].map(({ argument }) => ({
        argument: { typename: argument.typename, bytes: argument.bytes },
      })),
    });
  });
});
