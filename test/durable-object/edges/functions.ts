import {
  address,
  bytes,
  egress,
  functionRef,
  int,
  NonRetryableError,
  StatefulFunctions,
  string,
} from "statefun";

export const blob = bytes("edge/blob");
export const kept = egress("edge/kept", blob);
export const late = egress("edge/late", string);

/** What a deploy, or the world outside, changes. */
export const world = { isBroken: false, tried: 0, flaky: 0 };

/** Where addresses are, of which some are nowhere. */
export function placement({ typename, id }: { typename: string; id: string }): string {
  const [kind = ""] = id.split("-");
  if (kind === "throws" || (kind === "later" && world.isBroken)) throw new Error("no idea");
  const odd: Record<string, unknown> = {
    nothing: undefined,
    number: 7,
    own: "statefun/egress/x",
    empty: "",
    half: "\ud800",
    promise: Promise.resolve("x"),
    long: "x".repeat(3_000_000),
  };
  // As somebody who writes no types.
  if (kind in odd) return odd[kind] as string;
  return kind === "group" ? "group" : `${typename}/${id}`;
}

const functions = new StatefulFunctions("edge");

const counted = functions.bind(
  "edge/counted",
  { accepts: [string, blob], replies: int, state: { count: { type: int, initial: 0 } } },
  (context, message) => {
    context.state.count++;
    const isAsk = message.is(string) && message.value === "ask";
    if (isAsk && context.caller !== undefined) context.reply(context.state.count);
  },
);

/** Does what it is told with an address: `send`, `after`, `later`, `caught`, or `ask` for an answer. */
functions.bind("edge/sender", { accepts: [string, int], replies: int }, (context, message) => {
  if (!message.is(string)) return;
  const [what, id = "", count] = message.value.split(" ");
  const to = counted.at(id);
  if (what === "send") context.send(to, string.of("told"));
  if (what === "times") {
    for (let sent = 0; sent < Number(count); sent++) context.send(to, string.of("told"));
  }
  if (what === "unbound") context.send(unbound.at(id), "waits");
  if (what === "unbound-later") context.sendAfter(1_800_000, unbound.at(id), "waits");
  if (what === "tomorrow") context.sendAfter(86_400_000, to, string.of("told"));
  if (what === "later") context.sendAfter(2_500, to, string.of("told"));
  if (what === "after") context.sendAfter(300, to, string.of("told"));
  if (what === "asks") context.send(address("edge/sender", id), string.of("breaks"));
  if (what === "breaks") {
    world.isBroken = true;
    context.reply(0);
  }
  if (what === "caught") {
    try {
      context.send(to, string.of("told"));
    } catch (error) {
      if (Object(error).code !== "invalid_argument") throw error;
      context.send(counted.at("caught"), string.of("told"));
    }
  }
});

const header = (size: number): [string, Uint8Array] => ["large", new Uint8Array(size).fill(65)];

/** Sends or emits so many, of so many bytes: `COUNT WHERE BYTES`. */
functions.bind("edge/heavy", { accepts: string }, (context, text) => {
  const [what = "", first = "", second = ""] = text.split(" ");
  const [count, size] = [Number(first), Number(second)];
  const body = blob.of(new Uint8Array(8));
  for (let index = 0; index < count; index++) {
    if (what === "headers") {
      context.send(counted.at("headers"), body, { headers: [header(size)] });
    }
    if (what === "many") {
      const empty: [string, Uint8Array] = ["", new Uint8Array(0)];
      const headers = Array.from({ length: size }, () => empty);
      context.send(counted.at("many"), body, { headers });
    }
    if (what === "id") context.send(counted.at("x".repeat(size)), body);
    if (what === "token") {
      context.sendAfter(60_000, counted.at("token"), body, { cancellationToken: "x".repeat(size) });
    }
    if (what === "keep") context.emit(kept, new Uint8Array(size).fill(index));
    if (what === "fail")
      context.send(address("edge/failing", `${index}`), blob.of(new Uint8Array(size)));
    if (what === "fail-headers") {
      context.send(address("edge/failing", `${index}`), body, { headers: [header(size)] });
    }
    if (what === "reason") throw new NonRetryableError("x".repeat(size));
    if (what === "late") context.emit(late, `late ${index}`);
  }
});

functions.bind("edge/failing", { accepts: blob }, () => {
  throw new NonRetryableError("on purpose");
});

functions.bind(
  "edge/large",
  { accepts: int, replies: int, state: { a: blob, b: blob, c: blob } },
  (context, size) => {
    context.state.a = new Uint8Array(size).fill(1);
    context.state.b = new Uint8Array(size).fill(2);
    context.state.c = new Uint8Array(size).fill(3);
    if (context.caller !== undefined) context.reply(size);
  },
);

functions.bind("edge/slow", { accepts: int }, async (_, ms) => {
  await new Promise((resolve) => setTimeout(resolve, ms));
});

functions.bind(
  "edge/again",
  { accepts: int, retry: { initialDelayMs: 20_000, maxDelayMs: 20_000 } },
  () => {
    world.tried++;
    throw new Error("not yet");
  },
);

/** Fails once. Its next try is more than two seconds away: such a wait is no timer of the platform. */
functions.bind(
  "edge/flaky",
  { accepts: int, retry: { initialDelayMs: 4_400, maxDelayMs: 4_400 } },
  () => {
    world.flaky++;
    if (world.flaky === 1) throw new Error("not yet");
  },
);

/** Is bound by nobody: what is sent there waits. */
export const unbound = functionRef("edge/unbound", string);

export const edgeFunctions = functions;
