import {
  bool,
  type Context,
  customType,
  double,
  functionRef,
  int,
  json,
  long,
  NonRetryableError,
  StatefulFunctions,
  shape,
  string,
} from "statefun";
import { kafkaEgress } from "statefun/kafka";

/** What a function can do, one function for each part. All of them say what they did to one egress. */
export const functions = new StatefulFunctions("showcase");

export const log = kafkaEgress("showcase/log");

const tell = (context: Pick<Context, "emit" | "self">, value: string) =>
  context.emit(log, { topic: "log", key: context.self.id, value });

// Values: StateFun's own types, JSON with a name, and bytes of your own.

export const Point = json("showcase/Point", shape<{ readonly x: number; readonly y: number }>());

/** Three bytes, which a program sees as `#ff8800`. */
export const Colour = customType<string, "showcase/Colour">({
  typename: "showcase/Colour",
  encode: (text) => Uint8Array.from([1, 3, 5], (at) => Number.parseInt(text.slice(at, at + 2), 16)),
  decode: (bytes) => `#${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`,
});

export const values = functions.bind(
  "showcase/values",
  { accepts: [bool, int, long, double, string, Point, Colour] },
  (context, message) => {
    // The typename tells the compiler what the value is.
    if (message.typename === "showcase/Point") {
      tell(context, `a point ${Math.hypot(message.value.x, message.value.y)} away`);
    } else tell(context, `${typeof message.value} ${message.value}`);
  },
);

// State: a value, a list that is changed in place, and one that expires.

const Words = json("showcase/Words", shape<string[]>());

export const memory = functions.bind(
  "showcase/memory",
  {
    accepts: string,
    state: {
      count: { type: long, initial: 0n },
      words: { type: Words, initial: () => [] },
      recent: { type: string, expireAfterWriteMs: 3_600_000 },
    },
  },
  (context, word) => {
    const { state } = context;
    const before = state.recent ?? "nothing";
    if (word === "forget") context.clear("count", "words", "recent");
    else {
      state.count += 1n;
      state.words.push(word);
      state.recent = word;
    }
    tell(
      context,
      `${state.count} words: ${state.words.join(" ")}; within the hour before: ${before}`,
    );
  },
);

// Time: a delayed message, which can be cancelled by its token.

export const Remind = json(
  "showcase/Remind",
  shape<{ readonly text: string; readonly afterMs: number }>(),
);
export const Stop = json("showcase/Stop", shape<Readonly<Record<string, never>>>());
const Ring = json("showcase/Ring", shape<{ readonly text: string }>());

export const clock = functions.bind(
  "showcase/clock",
  { accepts: [Remind, Stop, Ring] },
  (context, message) => {
    if (message.typename === "showcase/Remind") {
      const { text, afterMs } = message.value;
      const cancellationToken = "alarm";
      context.sendAfter(afterMs, clock.at(context.self.id), Ring.of({ text }), {
        cancellationToken,
      });
    } else if (message.typename === "showcase/Stop") context.cancel("alarm");
    else tell(context, `rings: ${message.value.text}`);
  },
);

// Questions: a clerk asks a desk, with a header; the answer is a message like any other.

export const Question = json("showcase/Question", shape<{ readonly text: string }>());
const Answer = json("showcase/Answer", shape<{ readonly text: string }>());
export const desk = functionRef("showcase/desk", Question, { replies: Answer });

functions.implement(desk, {}, (context, { text }) => {
  const ticket = context.headers.get("ticket") ?? "none";
  const answer = { text: `${text.length} letters, ticket ${ticket}` };
  // A message that was only sent has nobody to answer; `call`, and other functions, have.
  if (context.caller === undefined) tell(context, answer.text);
  else context.reply(answer);
});

export const clerk = functions.bind(
  "showcase/clerk",
  { accepts: [Question, Answer] },
  (context, message) => {
    if (message.typename === "showcase/Answer") {
      tell(context, `${context.caller?.typename} says: ${message.value.text}`);
    } else context.send(desk.at("main"), message.value, { headers: { ticket: context.self.id } });
  },
);

// Failures: whatever the handler throws undoes all that this message did.

export const account = functions.bind(
  "showcase/account",
  { accepts: int, state: { balance: { type: int, initial: 0 } } },
  (context, amount) => {
    context.state.balance += amount;
    tell(context, `balance ${context.state.balance}`);
    // No retry can help here, so the message becomes a dead letter at once. Any other error is retried first.
    if (context.state.balance < 0) throw new NonRetryableError(`${-amount} are not there`);
  },
);
