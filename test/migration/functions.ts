import { int, json, StatefulFunctions, shape, string } from "statefun";

export const counterName = "move/counter";
export const noteName = "move/note";
export const statelessName = "move/stateless";

/** Counts, remembers the last text, and tells another function. */
export function counters(): StatefulFunctions {
  const functions = new StatefulFunctions("move");
  const seen = functions.bind(statelessName, { accepts: string }, () => {});
  functions.bind(
    counterName,
    {
      accepts: string,
      state: {
        count: { type: int, initial: 0 },
        last: { type: string, expireAfterWriteMs: 60_000 },
      },
    },
    (context, text) => {
      if (text === "fail") throw new Error("as asked for");
      if (text === "forget") {
        delete context.state.last;
        return;
      }
      context.state.count++;
      context.state.last = text;
      context.send(seen.at(context.self.id), `${context.state.count}:${text}`);
    },
  );
  functions.bind(
    noteName,
    { accepts: string, state: { notes: json("move/Notes", shape<{ texts: string[] }>()) } },
    (context, text) => {
      const { texts } = context.state.notes ?? { texts: [] };
      context.state.notes = { texts: [...texts, text] };
    },
  );
  return functions;
}
