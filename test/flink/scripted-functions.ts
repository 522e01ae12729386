import {
  address,
  type Context,
  deadLetterTo,
  egress,
  failedMessage,
  int,
  json,
  NonRetryableError,
  requestReplyHandler,
  StatefulFunctions,
  shape,
  string,
} from "statefun";
import type { FetchHandler } from "./node-server.ts";

/** What a function tells of an invocation, as a record of the transcript. */
export interface Report {
  readonly of: "headers" | "flaky" | "witness" | "picky" | "morgue" | "timer";
  readonly says: unknown;
}

export const report = json("statefun.cluster.test/report", shape<Report>());
const transcript = egress("statefun.cluster/transcript");

/** Order, a name twice, a null value, an empty one, no name, and bytes that are no text. */
export const headers: readonly (readonly [string, string | Uint8Array | null])[] = [
  ["trace", "first"],
  ["null", null],
  ["trace", "second"],
  ["empty", ""],
  ["", "no name"],
  ["ünï🙂", "é"],
  ["binary", new Uint8Array([0, 255, 128, 10])],
  ["null", null],
];

const name = (last: string) => `statefun.cluster.test/${last}` as const;
const say = (context: Pick<Context, "emit">, of: Report["of"], says: unknown) =>
  context.emit(transcript, report.of({ of, says }));

/** Headers are set once and forwarded by a function in between, at once and delayed. */
function bindHeaders(functions: StatefulFunctions): void {
  functions.bind(name("headers-origin"), (context) => {
    const relay = address(name("headers-relay"), context.self.id);
    context.send(relay, string.of("with headers"), { headers });
  });
  functions.bind(name("headers-relay"), (context) => {
    const sink = address(name("headers-sink"), context.self.id);
    context.send(sink, string.of("at once"), { headers: context.headers });
    context.sendAfter(1, sink, string.of("later"), { headers: context.headers });
  });
  functions.bind(name("headers-sink"), { accepts: string }, (context, how) => {
    const hex = (value: Uint8Array | null) => value && Buffer.from(value).toString("hex");
    const list = [...context.headers].map(([key, value]) => [key, hex(value)]);
    say(context, "headers", { how, list });
  });
}

/** Throws twice, each time after it has changed its state and sent something. */
function bindFlaky(functions: StatefulFunctions): void {
  let attempts = 0;
  functions.bind(name("flaky"), { state: { count: { type: int, initial: 0 } } }, (context) => {
    attempts += 1;
    context.state.count += 1;
    context.send(address(name("witness"), context.self.id), string.of(`attempt ${attempts}`));
    if (attempts <= 2) throw new Error(`attempt ${attempts} fails on purpose`);
    say(context, "flaky", { attempts, count: context.state.count });
  });
  functions.bind(name("witness"), { accepts: string }, (context, said) => {
    say(context, "witness", said);
  });
}

export const poison = 4;
export const pickyMessages = 6;

/** Gets six messages, the first of them slowly, so that the rest waits for it and comes as a batch. */
function bindPicky(functions: StatefulFunctions): void {
  functions.bind(name("fan"), (context) => {
    for (let number = 1; number <= pickyMessages; number += 1) {
      const to = address(name("picky"), context.self.id);
      context.send(to, int.of(number), { headers: [["number", String(number)]] });
    }
  });
  const state = { count: { type: int, initial: 0 } };
  functions.bind(name("picky"), { accepts: int, state }, async (context, number) => {
    if (number <= 2) await new Promise((resolve) => setTimeout(resolve, 200));
    context.state.count += 1;
    if (number === poison) throw new NonRetryableError("not to be swallowed");
    say(context, "picky", { number, count: context.state.count });
  });
  functions.bind(name("morgue"), { accepts: failedMessage }, (context, failed) => {
    say(context, "morgue", { failed, number: context.headers.get("number") });
  });
}

/** A delayed message is cancelled by a later message; another one says when it would have come. */
function bindTimer(functions: StatefulFunctions): void {
  functions.bind(name("timer"), { accepts: string }, (context, command) => {
    const { self } = context;
    if (command === "set") {
      context.sendAfter(1_500, self, string.of("must not fire"), {
        cancellationToken: "of the timer",
      });
    } else if (command === "cancel") {
      context.cancel("of the timer");
      context.sendAfter(2_500, self, string.of("too late for it"));
    } else say(context, "timer", command);
  });
}

export function scriptedApp(onError: (error: unknown) => void): FetchHandler {
  const functions = new StatefulFunctions();
  bindHeaders(functions);
  bindFlaky(functions);
  bindPicky(functions);
  bindTimer(functions);
  const deadLetter = deadLetterTo(address(name("morgue"), "all"));
  return requestReplyHandler(functions, { deadLetter, onError });
}
