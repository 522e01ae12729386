import { address, egress, type Message, StatefulFunctions } from "statefun";
import { kafkaEgress } from "statefun/kafka";
import { bindSmoke } from "./smoke.ts";
import { bindStatesV2, bindStatesV3 } from "./states.ts";
import { type RecordedTypes, v2Types, v3Types } from "./wire-types.ts";

/*
 * The functions behind test/fixtures/recorded, as its README describes them. One file for Node, Deno, Bun
 * and workerd: nothing but the library, protobuf and what the Web has.
 */

const out = kafkaEgress("rec/out");
const print = egress("rec/print");

function textIn(message: Message, { text }: RecordedTypes): string | undefined {
  return message.is(text) ? message.value : undefined;
}

/** `kafkaText` is what the official SDK of the wire made a record's value of. */
function bindGreeter(
  functions: StatefulFunctions,
  { count }: RecordedTypes,
  kafkaText: (text: string) => string | Message,
): void {
  functions.bind("rec/greeter", { state: { seen: count } }, (context) => {
    const { id } = context.self;
    const seen = (context.state.seen ?? 0) + 1;
    context.state.seen = seen;
    context.send(address("rec/observer", id), count.of(seen));
    const value = kafkaText(`hello ${id} for the ${seen}th time`);
    context.emit(out, { topic: "greetings", key: id, value });
  });
  functions.bind("rec/observer", () => {});
}

function bindDelay(functions: StatefulFunctions, types: RecordedTypes): void {
  const { text } = types;
  functions.bind("rec/delay", (context, message) => {
    const mustNotFire = text.of("must not fire");
    const command = textIn(message, types);
    switch (command) {
      case "later":
      case "zero":
        context.sendAfter(command === "later" ? 300 : 0, context.self, text.of("fired"));
        break;
      case "token":
        context.sendAfter(60_000, context.self, mustNotFire, { cancellationToken: "token-1" });
        break;
      case "cancel":
        context.cancel("token-1");
        break;
      case "cancel-unknown":
        context.cancel("no-such-token");
        break;
      case "both":
        context.sendAfter(60_000, context.self, mustNotFire, { cancellationToken: "token-2" });
        context.cancel("token-2");
        break;
      default:
        context.emit(print, text.of(`delay: ${command}`));
    }
  });
}

function bindLoad(functions: StatefulFunctions, { count }: RecordedTypes): void {
  functions.bind("rec/slow", { state: { n: count } }, async (context) => {
    await new Promise((resolve) => setTimeout(resolve, 150));
    context.state.n = (context.state.n ?? 0) + 1;
  });
  functions.bind("rec/fan", (context) => {
    for (let index = 0; index < 25; index += 1) {
      context.send(address("rec/slow", "s"), count.of(index));
    }
  });
}

function bindPing(functions: StatefulFunctions, types: RecordedTypes): void {
  const { text } = types;
  functions.bind("rec/ping", (context) => {
    if (context.caller !== undefined) context.reply(text.of("pong"));
    else context.send(address("rec/pong", "p"), text.of("ping"));
  });
  functions.bind("rec/pong", (context, message) => {
    if (textIn(message, types) === "ping") context.reply(text.of("pong"));
  });
}

/**
 * The recorded one failed twice per key; each recording kept one failure and then the success. Failing
 * every other time answers any number of replays alike.
 */
function bindFlaky(functions: StatefulFunctions): void {
  let calls = 0;
  functions.bind("rec/flaky", () => {
    calls += 1;
    if (calls % 2 === 1) throw new Error("flaky on purpose");
  });
}

function recordedFunctions(
  types: RecordedTypes,
  kafkaText: (text: string) => string | Message,
): StatefulFunctions {
  const functions = new StatefulFunctions();
  bindGreeter(functions, types, kafkaText);
  bindDelay(functions, types);
  bindLoad(functions, types);
  bindPing(functions, types);
  bindFlaky(functions);
  bindSmoke(functions, types);
  return functions;
}

/** What answered Apache StateFun 3.3.0, through the official JavaScript SDK. */
export function recordedFunctionsV3(): StatefulFunctions {
  const types = v3Types();
  const functions = recordedFunctions(types, (text) => text);
  bindStatesV3(functions, types);
  return functions;
}

/** What answered Apache StateFun 2.2.2, through the official Python SDK. */
export function recordedFunctionsV2(): StatefulFunctions {
  const types = v2Types();
  const functions = recordedFunctions(types, (text) => types.text.of(text));
  bindStatesV2(functions, types);
  return functions;
}
