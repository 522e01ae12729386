import {
  customType,
  egress,
  functionRef,
  int,
  invocationHandler,
  json,
  requestReplyHandler,
  type StandardSchemaV1,
  StatefulFunctions,
  string,
} from "statefun";
import { describe, it } from "vitest";
import { failure } from "./support/program.ts";

const noop = () => {};

describe("a mistake in a declaration is refused where it is made", () => {
  const functions = new StatefulFunctions();
  // A module for each: a mistake that passes must not make the next one a second binding.
  const bind = (options: unknown, handler: unknown = noop) =>
    new StatefulFunctions().bind("test/mistake", options as never, handler as never);
  const ref = functionRef("test/mistake", string);

  it.each<readonly [string, () => unknown]>([
    ["an option of bind", () => bind({ accept: string })],
    ["an option of implement", () => functions.implement(ref, { accepts: int } as never, noop)],
    ["an option of functionRef", () => functionRef("a/b", string, { reply: int } as never)],
    ["an option of retry", () => bind({ retry: { maxAttempt: 3 } })],
    ["a number of attempts", () => bind({ retry: { maxAttempts: 0 } })],
    ["an option of the handler", () => invocationHandler(functions, { timeout: 5 } as never)],
    ["a limit", () => requestReplyHandler(functions, { limits: { maxBytes: 5 } } as never)],
    ["a protocol", () => invocationHandler(functions, { protocol: "v1" as never })],
    ["a choice", () => invocationHandler(functions, { kafkaHeaders: true as never })],
    ["a size of zero", () => invocationHandler(functions, { maxBodyBytes: 0 })],
    ["a timeout beyond timers", () => invocationHandler(functions, { timeoutMs: 2 ** 31 })],
    ["an onError", () => invocationHandler(functions, { onError: "log" as never })],
    ["no module", () => invocationHandler({} as never)],
    ["no handler", () => bind({}, null)],
    ["options that are null", () => bind(null)],
    ["options that are undefined", () => bind(undefined)],
    ["no options of implement", () => functions.implement(ref, undefined as never, noop)],
    ["a type that is none", () => bind({ accepts: "string" })],
    ["no types at all", () => bind({ accepts: [] })],
    ["one typename twice", () => bind({ accepts: [json("t/a"), json("t/a")] })],
    ["a reply that is no type", () => bind({ replies: [string, undefined] })],
    ["an egress without a namespace", () => egress("greetings" as never)],
    ["a typename of a type", () => json("a/b/c" as never)],
    ["a schema that is none", () => json("a/b", {} as StandardSchemaV1)],
    [
      "a custom type without decode",
      () => customType({ typename: "a/b", encode: () => [] } as never),
    ],
    ["an id that is no text", () => ref.at(5 as never)],
    ["an id without UTF-8", () => ref.at("\udc00")],
  ])("%s", async (_what, make) => {
    await failure(make, "invalid_argument");
  });
});
