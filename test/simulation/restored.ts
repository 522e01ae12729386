import { Cluster } from "./cluster.ts";
import { Driver } from "./driver.ts";
import { Program } from "./program.ts";
import { type Run, rest } from "./simulate.ts";
import { type Judged, Verdict } from "./verdict.ts";
import { World } from "./world.ts";

/**
 * Programs one after another, between which a partition is set back to an earlier time. Each program has instances and
 * labels of its own: what it says is judged before the next one, while what came before may come again.
 */
export async function simulateRestored(seed: number, keepsTrace = false): Promise<Run> {
  const world = new World(seed, keepsTrace);
  const { dice } = world;
  const cluster = new Cluster(world, undefined);
  const driver = new Driver(world, cluster.hosts);
  world.disaster = () => dice.pick(cluster.hosts).die("at any time");
  cluster.start();
  for (let round = 0; round < 4; round++) {
    if (round > 0) cluster.restore(dice);
    const prefix = `r${round}`;
    const more = Array.from({ length: dice.integer(0, 6) }, (_, index) => `${prefix}-${index + 1}`);
    const program = new Program(dice, {
      ids: [`${prefix}-0`, ...more],
      delaysMs: [0, 1, 5, 50, 1_000],
      prefix,
    });
    world.faults.isOn = dice.chance(0.7);
    void driver.orderedLane(`lane 1 ${prefix}`, program, dice.integer(1, 8));
    void driver.orderedLane(`lane 2 ${prefix}`, program, dice.integer(0, 8));
    void driver.looseLane(program, dice.integer(0, 8));
    await rest(world, dice.integer(500, 5_000));
    for (const id of program.ids) {
      void driver.ask(id, [{ kind: "verify", expected: program.counts.get(id) ?? 0 }]);
    }
    await rest(world, 0);
    if (driver.open > 0) world.violated(`${driver.open} requests were never answered`);
    await new Verdict(world, program).of(judgedBy(cluster, prefix));
    if (world.violations.length > 0) break;
  }
  const { violations, crashes, refusals, trace } = world;
  return { seed, violations, crashes, refusals, hash: trace.hash, trace: trace.lines };
}

/** What became of one program alone. */
function judgedBy(cluster: Cluster, prefix: string): Judged {
  const counts = (egress: string): Map<string, number> =>
    new Map([...cluster.outside.counts(egress)].filter(([value]) => value.startsWith(prefix)));
  return {
    outside: { counts },
    bookOf: (id) => cluster.bookOf(id),
    leftovers: () => cluster.leftovers(),
  };
}
