import { address, type Context, int, StatefulFunctions, string } from "statefun";

/** Another service, which answers after a moment. */
export const service = { url: "" };

/** How many messages have run, by the addresses that took them. */
export const ran = new Map<string, number>();

/** What a handler waits for before it does anything. */
export const kinds = {
  sync: undefined,
  promise: () => Promise.resolve(),
  timer: () => new Promise<void>((resolve) => void setTimeout(resolve, 5)),
  fetch: async () => void (await (await fetch(service.url)).text()),
} as const;
export type Kind = keyof typeof kinds;

export const functions = new StatefulFunctions("windows");

const state = { count: { type: int, initial: 0 } };
type Own = Context<typeof state>;

function count(context: Own): void {
  context.state.count++;
  const { typename, id } = context.self;
  const path = `${typename}/${id}`;
  ran.set(path, (ran.get(path) ?? 0) + 1);
}

/** Counts, and sends on to the sink of this name, or by the middle to that of its own. */
function pass(context: Own, kind: Kind, to: string): void {
  count(context);
  const next = to === "by the middle" ? "middle" : "sink";
  const id = to === "by the middle" ? context.self.id : to;
  context.send(address(`windows/${kind}-${next}`, id), string.of(id));
}

for (const [name, wait] of Object.entries(kinds)) {
  const kind = name as Kind;
  const spec = { accepts: string, state };
  if (wait === undefined) {
    for (const name of ["source", "middle"] as const) {
      functions.bind(`windows/${kind}-${name}`, spec, (context, to) => pass(context, kind, to));
    }
    functions.bind(`windows/${kind}-sink`, spec, (context) => count(context));
    continue;
  }
  for (const name of ["source", "middle"] as const) {
    functions.bind(`windows/${kind}-${name}`, spec, async (context, to) => {
      await wait();
      pass(context, kind, to);
    });
  }
  functions.bind(`windows/${kind}-sink`, spec, async (context) => {
    await wait();
    count(context);
  });
}
