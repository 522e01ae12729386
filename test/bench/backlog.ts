import { int, StatefulFunctions } from "statefun";

/** What a backlog is for, in the program that leaves it and in those that work it off. */
export const backlogTypename = "bench/backlog";
export const backlogMessages = 10_000;

export function backlogProgram() {
  const functions = new StatefulFunctions();
  const state = { total: { type: int, initial: 0 } };
  const held: (() => void)[] = [];
  const counter = functions.bind(backlogTypename, { accepts: int, state }, (context, value) => {
    context.state.total += value;
    // Nothing behind this one runs before `go`.
    return value === 0 ? new Promise<void>((resolve) => held.push(resolve)) : undefined;
  });
  const fans = functions.bind("bench/fans", { accepts: int }, (context, instances) => {
    for (let index = 0; index < backlogMessages; index++) {
      context.send(counter.at(`${index % instances}`), 1);
    }
  });
  const go = (): void => {
    for (const resolve of held.splice(0)) resolve();
  };
  return { functions, counter, fans, go };
}
