import { bytes, int, json, StatefulFunctions, string } from "statefun";

export const blob = bytes("large/blob");

/** What the outside decides: handlers of `large/slow` wait until it is open. */
export const gate = { isOpen: false };

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export const functions = new StatefulFunctions("large");

/** Checks that the numbers of each sender come in order. A message has two bytes of its number in front. */
const slow = functions.bind(
  "large/slow",
  {
    accepts: [blob, string],
    replies: string,
    state: { last: json<Record<string, number>>("large/Last"), errors: { type: int, initial: 0 } },
  },
  async (context, message) => {
    if (message.is(string)) {
      const last = Object.values(context.state.last ?? {});
      const arrived = last.reduce((sum, one) => sum + one, 0);
      context.reply(`${arrived} messages of ${last.length}, ${context.state.errors} errors`);
      return;
    }
    while (!gate.isOpen) await pause(20);
    const from = context.caller?.id ?? "";
    const [high = 0, low = 0] = message.value;
    const number = 256 * high + low;
    const last = context.state.last ?? {};
    if (number !== (last[from] ?? 0) + 1) context.state.errors++;
    context.state.last = { ...last, [from]: number };
  },
);

/** Sends so many of so many bytes: `COUNT SIZE TO`. They are numbered from 1 on. */
functions.bind(
  "large/sender",
  { accepts: string, state: { sent: { type: int, initial: 0 } } },
  (context, text) => {
    const [count = "", size = "", to = ""] = text.split(" ");
    for (let left = Number(count); left > 0; left--) {
      const value = new Uint8Array(Number(size));
      const number = ++context.state.sent;
      value.set([number >> 8, number & 255]);
      context.send(slow.at(to), blob.of(value));
    }
  },
);

const counted = functions.bind(
  "large/counted",
  { accepts: string, replies: int, state: { count: { type: int, initial: 0 } } },
  (context, text) => {
    if (text === "ask") context.reply(context.state.count);
    else context.state.count++;
  },
);

/** Sets so many timers for its instance of `large/counted`: `COUNT DELAY`. */
functions.bind("large/timers", { accepts: string }, (context, text) => {
  const [count = "", delayMs = ""] = text.split(" ");
  for (let index = 0; index < Number(count); index++) {
    const options = { cancellationToken: `token ${index}` };
    context.sendAfter(Number(delayMs), counted.at(context.self.id), "due", options);
  }
});

/** Sends to so many objects: `FIRST COUNT`. */
functions.bind("large/fan", { accepts: string }, (context, text) => {
  const [first = "", count = ""] = text.split(" ");
  for (let index = 0; index < Number(count); index++) {
    context.send(counted.at(`leaf-${Number(first) + index}`), "from a fan");
  }
});

/** Has a state of so many bytes; none for 0. Answers with the bytes that it has, and the last of them. */
functions.bind(
  "large/state",
  { accepts: int, replies: string, state: { value: blob } },
  (context, size) => {
    if (size === 0) context.state.value = undefined;
    if (size > 0) context.state.value = new Uint8Array(size).fill(size % 251);
    const value = context.state.value;
    context.reply(`${value?.length} ${value?.at(-1)}`);
  },
);
