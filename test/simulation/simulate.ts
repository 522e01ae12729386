import type { RecorderPlace } from "../../src/engine/contract/telemetry/recorder.ts";
import { Cluster } from "./cluster.ts";
import type { Sabotage } from "./disk.ts";
import { Driver } from "./driver.ts";
import type { OrderSabotage } from "./operators/operated.ts";
import { Operators } from "./operators/operators.ts";
import { Program } from "./program.ts";
import { Verdict } from "./verdict.ts";
import { World } from "./world.ts";

export interface Run {
  readonly seed: number;
  /** What was promised and is not so. */
  readonly violations: readonly string[];
  /** How often the crash point of each name has fired. */
  readonly crashes: ReadonlyMap<string, number>;
  /** How often a partition that was full left some of a batch to its sender. */
  readonly refusals: number;
  /** How often each action of an operator was done. */
  readonly actions?: ReadonlyMap<string, number>;
  /** Of everything that happened. */
  readonly hash: number;
  /** What happened, where it was asked for. */
  readonly trace: readonly string[];
}

export interface RunOptions {
  /** Puts a bug in. */
  readonly sabotage?: Sabotage;
  /** Puts a bug into what operators order; all runs have operators then. */
  readonly orders?: OrderSabotage;
  readonly keepsTrace?: boolean;
  /** Where a partition has its recorder. @default nothing is recorded */
  readonly recordingOf?: (partition: string) => RecorderPlace;
}

/** So many steps without a rest are a loop without an end. */
const patience = 200_000;
/** All links are forgotten then. */
const longSilenceMs = 8 * 86_400_000;

/** One run of everything that a seed decides: partitions, program, misfortunes. */
export async function simulate(seed: number, options: RunOptions = {}): Promise<Run> {
  const world = new World(seed, options.keepsTrace ?? false);
  const { dice } = world;
  const cluster = new Cluster(world, options.sabotage, options.recordingOf);
  const program = new Program(dice);
  const driver = new Driver(world, cluster.hosts);
  world.disaster = () => dice.pick(cluster.hosts).die("at any time");
  const hasOperators = dice.chance(0.6) || options.orders !== undefined;
  const operators = hasOperators ? operatorsOf(world, cluster, options.orders) : undefined;
  cluster.start();
  let wasSilent = false;
  const rounds = dice.integer(1, 2);
  for (let round = 0; round < rounds; round++) {
    if (round > 0 && dice.chance(0.5)) {
      world.scheduler.jump(longSilenceMs);
      wasSilent = true;
    }
    world.faults.isOn = true;
    void driver.orderedLane("lane 1", program, dice.integer(0, 8));
    void driver.orderedLane("lane 2", program, dice.integer(0, 8));
    void driver.looseLane(program, dice.integer(0, 8));
    operators?.work();
    await rest(world, dice.integer(500, 5_000), () => operators?.end());
  }
  for (const id of program.ids) {
    void driver.ask(id, [{ kind: "verify", expected: program.counts.get(id) ?? 0 }]);
  }
  await rest(world, 0);
  if (driver.open > 0) world.violated(`${driver.open} requests were never answered`);
  try {
    await new Verdict(world, program).of(cluster);
    const problems = operators?.problems(cluster.activity(), !wasSilent) ?? [];
    for (const problem of problems) world.violated(problem);
  } catch (error) {
    world.violated(`nobody can read what is left: ${String(error)}`);
  }
  const { violations, crashes, refusals, trace } = world;
  const actions = operators?.done ?? new Map();
  const { hash, lines } = trace;
  return { seed, violations, crashes, refusals, actions, hash, trace: lines };
}

function operatorsOf(
  world: World,
  cluster: Cluster,
  sabotage: OrderSabotage | undefined,
): Operators {
  const operators = new Operators(world, cluster.operated, sabotage);
  world.operators = operators.surroundings;
  cluster.outside.onTaken = (...taken) => operators.taken(...taken);
  return operators;
}

/** Runs until nothing is left to do; after so many steps without misfortunes, and with what `calm` begins. */
export async function rest(
  { faults, scheduler, violated }: World,
  troubled: number,
  calm: () => void = () => {},
): Promise<void> {
  try {
    await scheduler.run(troubled);
    faults.isOn = false;
    calm();
    if ((await scheduler.run(patience)) === "restless") violated("it never comes to rest");
  } catch (error) {
    // A timer or deferred work of an engine has nobody else to throw at.
    violated(`thrown at the event loop: ${error instanceof Error ? error.stack : String(error)}`);
  }
}
