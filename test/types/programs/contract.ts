/** A contract without behaviour, its implementation, and what a test and an operator see of the state. */
import { functionRef, int, json, StatefulFunctions, shape, string } from "statefun";
import { createRuntime } from "statefun/runtime";
import { createTestRuntime } from "statefun/testing";

interface Ride {
  readonly from: string;
  readonly to: string;
}
const Ride = json("contract/Ride", shape<Ride>());
export const rider = functionRef("contract/rider", [Ride, int], { replies: string });

const functions = new StatefulFunctions("riders");
export const implementation = functions.implement(
  rider,
  { state: { rides: { type: int, initial: 0 }, last: Ride } },
  ({ state, reply, send, self }, message) => {
    if (message.is(Ride)) state.last = message.value;
    state.rides += message.is(int) ? message.value : 1;
    if (state.rides < 3) send(rider.at(self.id), int.of(1));
    reply(state.last?.to ?? "nowhere");
  },
);

export async function look(): Promise<readonly [number, string | undefined, string]> {
  const runtime = await createRuntime({ modules: [functions] });
  const where: string = await runtime.call(rider.at("zoe"), Ride.of({ from: "a", to: "b" }));
  const { state } = await runtime.instance(implementation.at("zoe"));
  return [state.rides, state.last?.from, where];
}

export async function test(): Promise<number> {
  const runtime = await createTestRuntime(functions);
  await runtime.send(implementation.at("zoe"), int.of(1));
  const { rides, last } = runtime.state(implementation.at("zoe"));
  return rides + (last === undefined ? 0 : last.from.length);
}

/** A contract knows no state. */
export async function none(): Promise<unknown> {
  const runtime = await createTestRuntime(functions);
  // @ts-expect-error the implementation's reference does
  return runtime.state(rider.at("zoe")).rides;
}
