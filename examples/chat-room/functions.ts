import { egress, int, json, StatefulFunctions, shape } from "statefun";

export const Say = json("chat/Say", shape<{ readonly who: string; readonly text: string }>());
export const Heard = json(
  "chat/Heard",
  shape<{ readonly number: number; readonly refused?: string }>(),
);

export interface LineData {
  readonly room: string;
  /** Counts in each room: a reader sees what it has shown already, and whether something is missing. */
  readonly number: number;
  readonly who: string;
  readonly text: string;
  readonly atMs: number;
}

export const Line = json("chat/Line", shape<LineData>());
const Times = json("chat/Times", shape<Record<string, number[]>>());

/** Kept in the store and pushed to every browser that reads it: see app.ts. */
export const lines = egress("chat/lines", Line);

export const functions = new StatefulFunctions("chat-room");

const longest = 500;
const windowMs = 10_000;
const perWindow = 5;

/** A room puts lines into one order, which is the same for everybody. */
export const room = functions.bind(
  "chat/room",
  {
    accepts: Say,
    replies: Heard,
    state: {
      number: { type: int, initial: 0 },
      // When each member spoke lately. The room forgets it by itself when it is quiet.
      lately: { type: Times, initial: () => ({}), expireAfterWriteMs: windowMs },
    },
  },
  (context, { who, text }) => {
    const { state, self } = context;
    const answer = (refused?: string) => {
      // A message that was only sent has nobody to answer.
      if (context.caller === undefined) return;
      context.reply(
        refused === undefined ? { number: state.number } : { number: state.number, refused },
      );
    };
    const said = text.trim();
    if (said === "" || said.length > longest) return answer(`1 to ${longest} characters, please`);
    const now = context.now();
    const times = (state.lately[who] ?? []).filter((time) => time > now - windowMs);
    if (times.length >= perWindow) return answer("not so fast, please");
    state.lately[who] = [...times, now];
    state.number += 1;
    context.emit(lines, { room: self.id, number: state.number, who, text: said, atMs: now });
    answer();
  },
);
