import { address, type Context, int, StatefulFunctions, string } from "statefun";

/** Whether what goes on for ever does, what sets the clocks, and how many messages have burnt. */
export const world = { isGoing: true, tick: () => {}, burnt: 0 };

/** By the processor, not by a clock: a clock may stand still. */
export function burn(rounds: number): number {
  let sum = 0;
  for (let round = 0; round < rounds * 1_000; round++) sum = Math.imul(sum ^ round, 2_654_435_761);
  return sum;
}

/** How many rounds take a millisecond here. */
export const speed = { roundsOfMs: 1 };

export const functions = new StatefulFunctions("turns");

const state = { count: { type: int, initial: 0 } };
const spec = { accepts: string, replies: string, state };
type Own = Context<typeof state, unknown, string>;

/** What a message asks for: `self`, `ring 10`, `pair other`, `fan 1000`, `burn 3 2000`, or nothing but to be counted. */
function act(context: Own, text: string): void {
  context.state.count++;
  const { id } = context.self;
  const typename = context.self.typename as "turns/sync" | "turns/async";
  const at = (name: string) => address(typename, name);
  const [what, first = "", second = ""] = text.split(" ");
  if (what === "fan") {
    for (let index = 0; index < Number(first); index++) {
      context.send(at(`${id}-${index}`), string.of("counted"));
    }
  }
  if (what === "burn") {
    burn(Number(first) * speed.roundsOfMs);
    world.burnt++;
    const left = Number(second) - 1;
    if (left > 0) context.send(context.self, string.of(`burn ${first} ${left}`));
  }
  if (what === "scatter") {
    for (let index = 0; index < Number(second); index++) {
      context.send(context.self, string.of(`burn ${first} 1`));
    }
  }
  if (!world.isGoing) return;
  if (what === "self") context.send(context.self, string.of(text));
  if (what === "ring") {
    const [name = "", place = "0"] = id.split("-");
    const next = (Number(place) + 1) % Number(first);
    context.send(at(`${name}-${next}`), string.of(text));
  }
  if (what === "pair") {
    if (context.caller?.typename === typename) context.reply(text);
    else context.send(at(first), string.of(text));
  }
}

functions.bind("turns/sync", spec, act);
/** Waits for something outside, as a fetch does: that takes no processor. */
functions.bind("turns/waiting", spec, async (context) => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  context.state.count++;
});
functions.bind("turns/async", spec, async (context, text) => {
  await Promise.resolve();
  act(context, text);
});
