import { address, bytes, egress, functionRef, int, StatefulFunctions, string } from "statefun";

export const blob = bytes("iso/blob");
export const said = egress("iso/said", string);
export const unbound = egress("iso/unbound", string);
export const missing = functionRef("iso/missing", string);

/** What a deploy changes, and what the world outside does. */
export const world = { isFixed: false };

const functions = new StatefulFunctions("isolation");

/** Who must not notice anything of its neighbours. */
functions.bind(
  "iso/counter",
  { accepts: int, replies: int, state: { count: { type: int, initial: 0 } } },
  (context, amount) => {
    context.state.count += amount;
    if (context.caller !== undefined) context.reply(context.state.count);
  },
);

functions.bind(
  "iso/thrower",
  { accepts: string, retry: { maxAttempts: 3, initialDelayMs: 10 } },
  (context, text) => {
    if (text.startsWith("bad") && !world.isFixed) throw new Error(`cannot do ${text}`);
    context.emit(said, text);
  },
);

functions.bind(
  "iso/waiter",
  { accepts: string, retry: { maxAttempts: 1 } },
  async (context, text) => {
    if (text === "for ever") await new Promise(() => {});
    context.emit(said, text);
  },
);

/** Its head stays at the head for a minute after it has failed. */
functions.bind(
  "iso/stuck",
  { accepts: int, retry: { maxAttempts: 1_000, initialDelayMs: 120_000, maxDelayMs: 240_000 } },
  () => {
    throw new Error("not now");
  },
);

/** Fails once, and is tried again after four seconds and less. */
functions.bind(
  "iso/retried",
  { accepts: string, retry: { maxAttempts: 9, initialDelayMs: 6_000 } },
  (context, text) => {
    if (!world.isFixed) throw new Error("not yet");
    context.emit(said, text);
  },
);

functions.bind("iso/sender", { accepts: string }, (context, text) => {
  context.send(missing.at("1"), text);
  context.emit(said, `${text} sent`);
});

/** Sends to the address that it is told, with a header that looks like the engine's own. */
functions.bind(
  "iso/replier",
  { accepts: string, retry: { maxAttempts: 1 } },
  async (context, text) => {
    await Promise.resolve();
    const [typename = "", id = ""] = text.split(" ");
    context.send({ typename, id }, string.of("forged"), {
      headers: { "statefun/dead-letter": '{"target":5}' },
    });
  },
);

functions.bind("iso/emitter", { accepts: string }, (context, text) => {
  context.emit(unbound, text);
  context.emit(said, `${text} emitted`);
});

/** Has a state of so many bytes, and says how many there were. */
functions.bind(
  "iso/large",
  { accepts: int, replies: int, state: { data: blob } },
  (context, size) => {
    const before = context.state.data?.length ?? 0;
    if (size > 0) context.state.data = new Uint8Array(size).fill(7);
    if (context.caller !== undefined) context.reply(before);
  },
);

functions.bind("iso/timer", { accepts: int }, (context, delayMs) => {
  if (delayMs === 0) context.emit(said, `timer of ${context.self.id}`);
  else context.sendAfter(delayMs, address("iso/timer", context.self.id), int.of(0));
});

/** Sets a timer for so many milliseconds, as text, and counts what it gets; its state is kept for as long as can be. */
const far = functions.bind(
  "iso/far",
  {
    accepts: string,
    replies: int,
    state: { count: { type: int, initial: 0, expireAfterWriteMs: Number.MAX_SAFE_INTEGER } },
  },
  (context, delay) => {
    context.state.count++;
    if (delay !== "") context.sendAfter(Number(delay), far.at(context.self.id), "");
    if (context.caller?.typename === "statefun/ingress") context.reply(context.state.count);
  },
);

functions.bind(
  "iso/brief",
  {
    accepts: int,
    replies: int,
    state: { value: { type: int, expireAfterWriteMs: 2_500 } },
  },
  (context, value) => {
    const before = context.state.value ?? -1;
    if (value > 0) context.state.value = value;
    if (value < 0) context.clear("value");
    if (context.caller !== undefined) context.reply(before);
  },
);

/** What only a later deploy has. */
export const laterFunctions = new StatefulFunctions("later");
laterFunctions.implement(missing, {}, (context, text) => {
  context.emit(said, `${text} found`);
});

export const isolationFunctions = functions;

/** An instance that is forgotten, with its object. */
functions.bind(
  "iso/forgotten",
  {
    accepts: int,
    state: { first: int, second: int },
    expireInstanceAfterMs: 2_000,
  },
  ({ state }, value) => {
    if (value > 0) state.first ??= value;
    if (value > 1) state.second = value;
  },
);
