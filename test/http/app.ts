import {
  bool,
  bytes,
  double,
  egress,
  float,
  int,
  json,
  long,
  NonRetryableError,
  type StandardSchemaV1,
  StatefulFunctions,
  shape,
  string,
} from "statefun";
import { consoleApp } from "statefun/console";

/** As a validator of a library is: an amount from 0 on, of a name. */
const amounts: StandardSchemaV1<{ readonly amount: number; readonly note?: string }> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate(value) {
      const { amount } = Object(value);
      if (Number.isInteger(amount) && amount >= 0) return { value: value as { amount: number } };
      return { issues: [{ message: "amount must be an integer from 0 on" }] };
    },
  },
};

export const Add = json("http/Add", amounts);
export const Total = json("http/Total", shape<{ readonly id: string; readonly total: number }>());
export const Note = json("http/Note", shape<unknown>());
export const blob = bytes("http/blob");

export const totals = egress("http/totals", Total);
export const texts = egress("http/texts", string);
export const mixed = egress("http/mixed", [string, int, long, double, Note, blob]);
/** Kept, and not exposed. */
export const hidden = egress("http/hidden", string);

/** The application under test: it imports `statefun` alone, so that anything that serves one can serve it. */
export const functions = new StatefulFunctions("http");

const counter = functions.bind(
  "http/counter",
  { accepts: Add, replies: Total, state: { total: { type: int, initial: 0 } } },
  (context, { amount }) => {
    context.state.total += amount;
    const total = { id: context.self.id, total: context.state.total };
    context.emit(totals, total);
    if (context.caller !== undefined) context.reply(total);
  },
);

const kinds = [string, int, long, bool, float, double, Note, blob] as const;

/** Answers with what it got, whatever kind of value that is. */
const echo = functions.bind("http/echo", { accepts: kinds, replies: kinds }, (context, message) => {
  context.emit(hidden, "an echo");
  if (context.caller !== undefined) context.reply(message);
});

/** Takes anything. */
const any = functions.bind("http/any", (context, message) => {
  if (context.caller !== undefined) context.reply(message);
});

/** Answers with the id that it has and the headers of the message, in base64. */
const mirror = functions.bind("http/mirror", { accepts: string, replies: Note }, (context) => {
  const headers = [...context.headers].map(([name, value]) => [name, [...(value ?? [])]]);
  if (context.caller !== undefined) context.reply({ id: context.self.id, headers });
});

/** Emits as many texts as it is told to, numbered on from those before. */
const emitter = functions.bind(
  "http/emitter",
  { accepts: int, replies: int, state: { emitted: { type: int, initial: 0 } } },
  (context, count) => {
    for (let left = count; left > 0; left--) {
      context.state.emitted += 1;
      context.emit(texts, `${context.self.id} ${context.state.emitted}`);
    }
    if (context.caller !== undefined) context.reply(context.state.emitted);
  },
);

/** Emits a text of so many characters. */
const large = functions.bind("http/large", { accepts: int, replies: int }, (context, length) => {
  context.emit(texts, "x".repeat(length));
  if (context.caller !== undefined) context.reply(length);
});

/** One record of every kind that `mixed` takes. */
const kindsOfRecords = functions.bind("http/kinds", { accepts: string }, (context) => {
  context.emit(mixed, string.of("é 🙂"), {
    headers: [
      ["a", "1"],
      ["a", null],
    ],
  });
  context.emit(mixed, int.of(-7));
  context.emit(mixed, long.of(2n ** 53n + 1n));
  context.emit(mixed, double.of(Number.NaN));
  context.emit(mixed, Note.of({ deep: [1, { two: null }] }));
  context.emit(mixed, blob.of(Uint8Array.of(0, 255)));
});

/** Hands bytes on as they came: nobody has looked into them. */
const relay = functions.bind("http/relay", (context, message) => {
  // A message that came is passed on as it is, though an egress of types does not say so.
  context.emit(mixed, message as never);
});

const silent = functions.bind("http/silent", { accepts: string }, () => {});

/** Answers after so many milliseconds. */
const late = functions.bind("http/late", { accepts: int, replies: int }, async (context, ms) => {
  await new Promise((resolve) => setTimeout(resolve, ms));
  if (context.caller !== undefined) context.reply(ms);
});

/** Answers with values whose types HTTP cannot carry, or which are not what their types say. */
const odd = functions.bind("http/odd", { accepts: string }, (context, kind) => {
  if (context.caller === undefined) return;
  if (kind === "broken") context.reply(notText.of(Uint8Array.of(10, 2, 0xff, 0xfe)));
  else context.reply(bytes(`http/${kind}`).of(new Uint8Array(1)));
});

/** It has the name of a string. */
const notText = bytes(string.typename);

const failing = functions.bind("http/failing", { accepts: [string, Note] }, () => {
  throw new NonRetryableError("it can never be");
});

const later = functions.bind("http/later", { accepts: string }, (context, token) => {
  context.sendAfter(3_600_000, silent.at(context.self.id), "tick", { cancellationToken: token });
});

/** Bound, and not exposed. */
functions.bind("http/unexposed", { accepts: string }, (context) => {
  context.emit(hidden, "reached");
});

export const keptEgresses = [totals, texts, mixed, hidden];

export const limits = { maxMailbox: 200, maxMessageBytes: 100_000 };

export const http = {
  expose: [
    counter,
    echo,
    any,
    mirror,
    emitter,
    large,
    kindsOfRecords,
    relay,
    silent,
    late,
    failing,
    odd,
    later,
    totals,
    texts,
    mixed,
  ],
  authenticate: async (request: Request): Promise<boolean> => {
    const credentials = request.headers.get("authorization");
    await Promise.resolve();
    if (credentials === "Bearer throws") throw new Error("the secret of the throw");
    // What is not `true` lets nobody in, whatever its type says.
    if (credentials === "Bearer truthy") return "yes" as unknown as boolean;
    return credentials === "Bearer let-me-in";
  },
  admin: {
    console: consoleApp(),
    authenticate: (request: Request) => request.headers.get("authorization") === "Bearer operator",
  },
};
