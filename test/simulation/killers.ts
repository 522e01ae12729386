import { int, json, StatefulFunctions } from "statefun";
import { inspect } from "../../src/host/inspect.ts";
import type { Engine } from "../../src/engine/contract/engine.ts";
import { StateFunError } from "../../src/internal/errors.ts";
import { functionTable } from "../../src/sdk/functions/function-table.ts";
import { localFunctions } from "../../src/transport/local-functions.ts";
import { Disk } from "./disk.ts";
import { Host, type Life } from "./host.ts";
import type { Run } from "./simulate.ts";
import { World } from "./world.ts";

/** What a message does: ends the process, after a while or at once, or takes its time and harms nobody. */
interface Deed {
  readonly kind: "kill" | "harmless";
  readonly afterMs: number;
}

const deeds = json<Deed>("killers/Deed");
const work = "killers/work";
const probe = "killers/probe";
const megabyte = 1_048_576;
const timeoutMs = 30_000;
/** Others wait for suspects for a second in total; the rest is what windows and disks take. */
const longestWaitMs = 1_500;

/** What a killer costs at most. Without company it is eight to ten; a late one in company is not blamed each time. */
const mostCrashes = 60;

interface Surroundings {
  readonly life: Life;
  readonly die: () => void;
  /** How long others run beside. */
  readonly probeMs: number;
  readonly note: (line: string) => void;
}

/** A killer dies, a harmless message counts itself; probes are what everybody else sends meanwhile. */
function bindWork(): StatefulFunctions<Surroundings> {
  const functions = new StatefulFunctions<Surroundings>();
  functions.bind(work, { accepts: deeds, state: { total: int } }, (context, { kind, afterMs }) => {
    context.env.note(`${context.self.id} starts, ${kind} after ${afterMs}`);
    const act = (): void => {
      if (kind === "kill") context.env.die();
      else context.state.total = (context.state.total ?? 0) + 1;
    };
    if (afterMs === 0) return act();
    const waited = new Promise<void>((resolve) => void context.env.life.after(afterMs, resolve));
    return waited.then(act);
  });
  functions.bind(probe, { accepts: int, replies: int }, async (context, value) => {
    const { life, probeMs } = context.env;
    if (probeMs > 0) await new Promise<void>((resolve) => void life.after(probeMs, resolve));
    context.reply(value);
  });
  return functions;
}

const table = functionTable([bindWork()]);

/** Killers among harmless messages, on a machine that starts the process again each time. */
export async function simulateKillers(seed: number, keepsTrace = false): Promise<Run> {
  const world = new World(seed, keepsTrace);
  const { dice, faults, scheduler } = world;
  Object.assign(faults, { crash: 0, jump: 0, skew: 0, refuseCommit: 0 });
  // How long somebody waits is known where the loop itself is not late.
  scheduler.lateness = 0;
  const probeMs = dice.pick([0, 0, 30, 500]);
  const disk = new Disk(world, undefined);
  const host: Host = new Host("here", world, disk, (life) => ({
    placement: () => "here",
    isPartition: () => true,
    deliver: async () => new Promise(() => {}),
    functions: (functionHost) =>
      localFunctions(
        table,
        {
          env: {
            life,
            die: () => host.die("by a message"),
            probeMs,
            note: (line: string) => world.note(line),
          },
          timeoutMs,
          maxMessageBytes: megabyte,
          maxStateBytes: megabyte,
          retry: { maxAttempts: 3, initialDelayMs: 100, maxDelayMs: 2_000 },
          kafkaHeaders: "send",
        },
        functionHost,
      ),
    egresses: { get: () => undefined, keys: () => [] },
    timeoutMs,
    maxMailbox: 10_000,
    maxPendingBytes: 536_870_912,
    isEvictable: false,
    maxCrashes: 8,
    idempotencyRetentionMs: 604_800_000,
    tokenScope: "address",
    onError: () => {},
  }));
  // Killers of one run kill after much the same time, or each at its own.
  const longestMs = dice.pick([0, 800, 6_000, 20_000]);
  const fuse = (): number => (dice.chance(0.4) ? 0 : dice.integer(0, longestMs));
  const killers = Array.from({ length: dice.integer(1, dice.pick([1, 3, 8])) }, () => fuse());
  const harmless = Array.from({ length: dice.integer(0, 60) }, () =>
    dice.chance(0.5) ? 0 : dice.integer(1, dice.pick([50, 2_000, 20_000])),
  );
  const instances = dice.pick([1, 7, 1_000]);
  const counts = new Map<string, number>();
  // All at once, or new ones again and again.
  const spreadMs = dice.pick([0, 3_000, 100_000]);
  let open = 0;

  const accepted = async (
    engine: () => Engine | undefined,
    id: string,
    deed: Deed,
    key: string,
  ) => {
    open++;
    await scheduler.wait(dice.integer(0, spreadMs));
    for (;;) {
      await scheduler.wait(dice.delayMs(500));
      try {
        const bytes = new TextEncoder().encode(JSON.stringify(deed));
        const argument = { typename: deeds.typename, bytes, headers: [] };
        const target = { typename: work, id };
        const live = engine();
        if (live === undefined) continue;
        await live.send({ target, argument, idempotencyKey: key, delayMs: 0 });
        break;
      } catch (error) {
        if (!(error instanceof StateFunError)) world.violated(String(error));
      }
    }
    open--;
  };

  host.start();
  const engine = (): Engine | undefined => host.engine;
  harmless.forEach((afterMs, index) => {
    const id = `h${index % instances}`;
    counts.set(id, (counts.get(id) ?? 0) + 1);
    void accepted(engine, id, { kind: "harmless", afterMs }, `harmless ${index}`);
  });
  killers.forEach((afterMs, index) => {
    void accepted(engine, `k${index}`, { kind: "kill", afterMs }, `kill ${index}`);
  });
  const probing = { isOn: dice.chance(0.5) };
  void probeOften(world, engine, probeMs, probing);
  const ending = await scheduler.run(dice.integer(2_000, 20_000)).then(() => {
    probing.isOn = false;
    return scheduler.run(200_000);
  });
  if (ending === "restless") world.violated("it never comes to rest");
  if (open > 0) world.violated(`${open} messages were never accepted`);

  const { violations, crashes, trace } = world;
  const store = disk.read();
  const dead = store.dead(0, 1_000);
  for (const { target, code, reason } of dead) {
    if (!target?.id.startsWith("k") || code !== "non_retryable") {
      world.violated(`dead letter of ${target?.id}: ${code} ${reason}`);
    }
  }
  if (dead.length !== killers.length) {
    world.violated(`${dead.length} dead letters of ${killers.length} killers`);
  }
  for (const [id, count] of counts) {
    const found = host.engine && inspect(host.engine, { typename: work, id });
    const total = found?.state.get("total")?.bytes;
    const is = total === undefined ? 0 : int.decode(total);
    if (is !== count) world.violated(`${id} has ${is} of ${count}`);
  }
  if (store.messages(0, 1).length > 0) world.violated("messages are left");
  const total = crashes.get("by a message") ?? 0;
  if (total > mostCrashes * killers.length)
    world.violated(`${total} crashes for ${killers.length} killers`);
  return { seed, violations, crashes, hash: trace.hash, trace: trace.lines };
}

/** Somebody who has nothing to do with all that, and is answered within the time that is promised. */
async function probeOften(
  world: World,
  engine: () => Engine | undefined,
  probeMs: number,
  probing: { isOn: boolean },
): Promise<void> {
  const { scheduler, dice } = world;
  for (let round = 0; probing.isOn; round++) {
    await scheduler.wait(dice.integer(1, dice.pick([20, 400, 3_000])));
    const live = engine();
    if (live === undefined) continue;
    const since = scheduler.now();
    world.note(`probe ${round} is asked`);
    const target = { typename: probe, id: `${round}` };
    const argument = { typename: int.typename, bytes: int.encode(round), headers: [] };
    await new Promise<void>((resolve) => {
      try {
        live.call({ target, argument, idempotencyKey: undefined, delayMs: 0 }, (answer) => {
          const tookMs = scheduler.now() - since;
          world.note(`probe ${round} is answered: ${answer.kind}`);
          const isLate = answer.kind !== "lost" && tookMs > longestWaitMs + probeMs;
          if (isLate) world.violated(`a call was answered after ${tookMs} ms`);
          resolve();
        });
      } catch {
        resolve();
      }
    });
  }
}
