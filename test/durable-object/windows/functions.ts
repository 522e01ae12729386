import { address, type Context, int, StatefulFunctions, string } from "statefun";

/** Another service, which answers at once. */
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

/** Counts, and sends on to the sink of this name. */
function pass(context: Own, kind: Kind, to: string): void {
  count(context);
  context.send(address(`windows/${kind}-sink`, to), string.of("counted"));
}

for (const [name, wait] of Object.entries(kinds)) {
  const kind = name as Kind;
  const spec = { accepts: string, state };
  if (wait === undefined) {
    functions.bind(`windows/${kind}-source`, spec, (context, to) => pass(context, kind, to));
    functions.bind(`windows/${kind}-sink`, spec, (context) => count(context));
    continue;
  }
  functions.bind(`windows/${kind}-source`, spec, async (context, to) => {
    await wait();
    pass(context, kind, to);
  });
  functions.bind(`windows/${kind}-sink`, spec, async (context) => {
    await wait();
    count(context);
  });
}
