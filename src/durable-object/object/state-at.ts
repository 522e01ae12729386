import type { Engine } from "../../engine/contract/engine.ts";
import { statesOf } from "../../host/inspect.ts";
import { openedStates, stateOf } from "../../host/views.ts";
import type { WireAddress } from "../../model/invocation.ts";
import type { BoundFunction } from "../../sdk/invocation/bound-function.ts";

/** The states of an instance; without an engine, of one that has nothing. What is shown survives a crash. */
export async function stateAt(
  engine: Engine | undefined,
  address: WireAddress,
  fn: BoundFunction,
): Promise<object> {
  if (engine === undefined) return stateOf(new Map(), fn);
  const state = statesOf(engine.partition, address);
  await engine.flush();
  return stateOf(await openedStates(state, fn), fn);
}
