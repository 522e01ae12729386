import { Driver } from "../driver.ts";
import { Operators } from "../operators/operators.ts";
import { Program } from "../program.ts";
import { type Run, rest } from "../simulate.ts";
import { Verdict } from "../verdict.ts";
import { World } from "../world.ts";
import { Objects } from "./objects.ts";
import type { StorageBug } from "./storage.ts";

/** Links that were silent for so long are forgotten. */
const longSilenceMs = 8 * 86_400_000;

/** One run of objects that nobody starts again: only their alarms, and whoever speaks to them. */
export async function simulateObjects(
  seed: number,
  { bug, keepsTrace = false }: { readonly bug?: StorageBug; readonly keepsTrace?: boolean } = {},
): Promise<Run> {
  const world = new World(seed, keepsTrace);
  const { dice } = world;
  const objects = new Objects(world, bug);
  const program = new Program(dice);
  const driver = new Driver(world, [objects.entrance]);
  world.disaster = () => objects.disaster();
  const operators = dice.chance(0.5)
    ? new Operators(world, objects.operated, undefined)
    : undefined;
  if (operators !== undefined) world.operators = operators.surroundings;
  objects.onTaken = (...taken) => operators?.taken(...taken);
  const rounds = dice.integer(1, 3);
  for (let round = 0; round < rounds; round++) {
    if (round > 0 && dice.chance(0.3)) world.scheduler.jump(longSilenceMs);
    world.faults.isOn = true;
    void driver.orderedLane("lane 1", program, dice.integer(0, 8));
    void driver.orderedLane("lane 2", program, dice.integer(0, 8));
    void driver.looseLane(program, dice.integer(0, 8));
    operators?.work();
    // As long as there is a dead letter, its object is woken every hour.
    await rest(world, dice.integer(500, 5_000), () => operators?.end());
  }
  // Nobody speaks to what is left: it must be at an end by itself.
  for await (const text of objects.leftovers()) world.violated(text);
  for (const id of program.ids) {
    void driver.ask(id, [{ kind: "verify", expected: program.counts.get(id) ?? 0 }]);
  }
  await rest(world, 0);
  if (driver.open > 0) world.violated(`${driver.open} requests were never answered`);
  await new Verdict(world, program).of(objects);
  // At rest the records of their actions have expired, and their object has gone.
  const problems = operators?.problems([], false) ?? [];
  for (const problem of problems) world.violated(problem);
  const { violations, crashes, refusals, trace } = world;
  return { seed, violations, crashes, refusals, hash: trace.hash, trace: trace.lines };
}
