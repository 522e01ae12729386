import { int, json, StatefulFunctions, shape, string } from "statefun";

/** The number of a record among those of its key, from 1 on. */
export const Numbered = json("moving/Numbered", shape<{ n: number }>());
/** Asks for the count. */
export const Look = json("moving/Look", shape<{ look: true }>());

export const functions = new StatefulFunctions("moving");

/** Counts, and counts what is lost, doubled or out of order. */
export const counter = functions.bind(
  "moving/counter",
  {
    accepts: [Numbered, Look],
    replies: string,
    state: {
      count: { type: int, initial: 0 },
      wrong: int,
      note: json("moving/Note", shape<{ last: number }>()),
    },
  },
  (context, message) => {
    const { state } = context;
    if (message.is(Look)) {
      context.reply(`${state.count}, ${state.wrong ?? 0} wrong`);
      return;
    }
    const { n } = message.as(Numbered);
    state.count++;
    if (n !== state.count) state.wrong = (state.wrong ?? 0) + 1;
    state.note = { last: n };
  },
);
