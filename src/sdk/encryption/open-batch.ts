import type { Invocation, StepBatch, WireValue } from "../../model/invocation.ts";
import { openedValue } from "../addressing/opened-value.ts";
import type { TypedFunction } from "../types/type-traits.ts";

/** A batch whose encrypted messages and states can be read, all of them that are there. */
export async function openBatch(fn: TypedFunction, batch: StepBatch): Promise<StepBatch> {
  const states = Array.from(
    batch.state,
    async ([name, value]): Promise<readonly [string, WireValue | undefined]> => {
      const type = fn.states.get(name)?.type;
      return [name, value && (await openedValue(type, value))];
    },
  );
  const invocations = batch.invocations.map(
    async (one): Promise<Invocation> => ({
      ...one,
      argument: await openedValue(fn.accepts, one.argument),
    }),
  );
  const [state, opened] = await Promise.all([Promise.all(states), Promise.all(invocations)]);
  return { ...batch, state: new Map(state), invocations: opened };
}
