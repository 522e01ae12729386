import type { Engine } from "../engine/contract/engine.ts";
import type { Partition } from "../engine/partition.ts";
import type { EngineKind, EngineLook } from "../model/observer.ts";
import type { WatchedObserver } from "../model/watch.ts";
import { Backlogs } from "./admin/backlogs.ts";
import { byName, waitingBy } from "./admin/waiting-counts.ts";

/** What waits in one run of an engine of this process, for observers. Loaded where one has the hook `started`. */
export class EngineLooks {
  /** Counts timers as well: the store cannot say how many there are without reading all of them. */
  readonly observer: WatchedObserver;
  readonly #inner: WatchedObserver;
  /** Undefined before the start and after the end: a `look` that somebody keeps must not keep the engine. */
  #partition: Partition | undefined;
  #backlogs: Backlogs | undefined;
  /** Set since the start, without those that fired or were taken back. */
  #timers = 0;
  #running: Promise<EngineLook | undefined> | undefined;

  constructor(inner: WatchedObserver) {
    this.#inner = inner;
    this.observer = {
      ...inner,
      timer: (event) => {
        this.#timers += event.kind === "set" ? 1 : -1;
        inner.timer?.(event);
      },
    };
  }

  /** The engine has started. */
  begin({ partition, ended }: Engine, engine: EngineKind): void {
    this.#partition = partition;
    this.#backlogs = new Backlogs(() => partition);
    void ended.then(() => this.#end());
    this.#inner.started?.({ engine, look: () => this.#look() });
  }

  #look(): Promise<EngineLook | undefined> {
    this.#running ??= this.#now().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #now(): Promise<EngineLook | undefined> {
    const [partition, backlogs] = [this.#partition, this.#backlogs];
    if (partition === undefined || backlogs === undefined) return undefined;
    const { journal } = partition;
    try {
      // A store that is closed, or has failed, cannot be asked.
      const look = journal.isStopped ? undefined : await this.#made(partition, backlogs);
      if (!journal.isStopped) return look;
    } catch (error) {
      if (!journal.isStopped) throw error;
    }
    this.#end();
    return undefined;
  }

  async #made(partition: Partition, backlogs: Backlogs): Promise<EngineLook> {
    const { ages, egresses, functions, options } = partition;
    const waiting = byName(await waitingBy(partition), functions.names?.() ?? []);
    const backlog: { readonly typename: string; readonly backlog: number }[] = [];
    for (const typename of deliveringOf(partition, egresses.health())) {
      backlog.push({ typename, backlog: await backlogs.of(typename) });
    }
    const timers = await backlogs.timers(() => this.#timers);
    return {
      functions: waiting.map(([typename, there]) => ({
        typename,
        waiting: there?.messages ?? 0,
        oldestMs: there === undefined ? 0 : ages.ageOf(there.oldest),
        running: there?.running ?? 0,
      })),
      egresses: backlog,
      timers,
      deadLetters: options.store.countDead(),
    };
  }

  #end(): void {
    this.#partition = undefined;
    this.#backlogs = undefined;
  }
}

/** Egresses that deliver: those that are bound, and in a test those that something was emitted to. */
function deliveringOf(
  { options: { egresses } }: Partition,
  known: readonly { readonly typename: string }[],
): readonly string[] {
  const names = new Set([...egresses.keys(), ...known.map(({ typename }) => typename)]);
  return [...names].filter((name) => egresses.get(name)?.kind === "deliver").sort();
}
