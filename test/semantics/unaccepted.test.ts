import {
  address,
  anyValue,
  type Context,
  double,
  egress,
  functionRef,
  int,
  StatefulFunctions,
  string,
} from "statefun";
import { describe, expect, it } from "vitest";
import { wires } from "../contract/client.ts";
import { complete, failure } from "./support/program.ts";

const one = functionRef("test/one", string);
const several = functionRef("test/several", [string, int]);
const any = functionRef("test/any", anyValue);
const texts = egress("test/texts", string);

type Work = (context: Context) => void;

function running(work: Work): StatefulFunctions {
  const functions = new StatefulFunctions();
  functions.bind("test/fn", (context) => work(context));
  return functions;
}

const message = { typename: string.typename, bytes: string.encode("go"), headers: [] };

const toOne: Work = (context) => {
  // @ts-expect-error the compiler says so too
  context.send(one.at("1"), int.of(5));
};
const toSeveral: Work = (context) => {
  // @ts-expect-error as above
  context.send(several.at("1"), double.of(5));
};
const toEgress: Work = (context) => {
  // @ts-expect-error as above
  context.emit(texts, int.of(5));
};

describe.each(wires)("a tagged message on wire $name", (codec) => {
  it.each([
    ["a function of one type", toOne, /test\/one accepts \S+string, got .*int/],
    ["a function of several", toSeveral, /test\/several accepts \S+string, \S+int, got .*double/],
    ["an egress", toEgress, /test\/texts accepts \S+string, got .*int/],
  ])("to %s that does not accept its type is refused at once", async (_what, work, text) => {
    const outcome = complete(codec, running(work), { messages: [message] });
    const error = await failure(outcome, "invalid_argument");
    expect(error.message).toMatch(text);
  });

  it("goes to whoever accepts it, or does not say what it accepts", async () => {
    const functions = running((context) => {
      context.send(one.at("1"), string.of("x"));
      context.send(several.at("1"), int.of(5));
      context.send(any.at("1"), int.of(5));
      context.send(address("test/elsewhere", "1"), int.of(5));
    });
    const outcome = await complete(codec, functions, { messages: [message] });
    expect(outcome.messages).toHaveLength(4);
  });
});
