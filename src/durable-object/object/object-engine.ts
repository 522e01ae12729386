import type { Arrival } from "../../engine/contract/arrival.ts";
import type { Engine } from "../../engine/contract/engine.ts";
import type { LinkAnswer, LinkBatch } from "../../engine/contract/links.ts";
import { TurnBudget } from "../../engine/contract/turn-budget.ts";
import { leave } from "../../engine/directory/leaving.ts";
import { misplaced } from "../../engine/routing/links-in.ts";
import { answered, boundFunction } from "../../host/engine-client.ts";
import { startEngine } from "../../host/start-engine.ts";
import type { WireAddress } from "../../model/invocation.ts";
import {
  durableObjectDriver,
  hasRows,
  type ObjectDriver,
} from "../../store/drivers/durable-object-driver.ts";
import { createObjectStore, type ObjectStore } from "../../store/object/object-store.ts";
import type { InstanceChange } from "../durable-object-instance.ts";
import { assertJurisdiction, jurisdictionOf } from "../location.ts";
import { assertSqlite } from "../misconfigured.ts";
import { deadLetterObject } from "../object-names.ts";
import type { RpcAnswer } from "../object-rpc.ts";
import type { ObjectState } from "../platform.ts";
import { platformErrorOf, resultOf } from "../rpc-result.ts";
import { AlarmClock } from "./alarm-clock.ts";
import { changesOf } from "./instance-changes.ts";
import { againMs, setLeavingAlarm, setNextAlarm } from "./next-alarm.ts";
import type { ObjectParts } from "./object-parts.ts";
import { assertOwnStore, ownerMark } from "./owner-mark.ts";
import { Semaphore } from "./semaphore.ts";
import { storedName } from "./stored-name.ts";
import { waitFor } from "./taken-clock.ts";
import type { Worked } from "./turns.ts";

/** Objects that one object talks to at the same time: the platform allows six connections. */
const maxConversations = 6;
/**
 * While there are dead letters, their object is opened so often: a deploy may have bound the egress of some, and they go out when
 * it is opened. An alarm is a request and a row.
 */
const deadMs = 3_600_000;
/** For what a person mends, by a deploy mostly: whoever comes meanwhile opens the object anyway. */
const unusableMs = 600_000;
const unusable: ReadonlySet<unknown> = new Set(["misconfigured", "store_newer"]);
/** A wait that lasts longer gets an alarm for its end: most deadlines are lifted before, and an alarm is billed. */
const lastingMs = 1_000;
/** Alarms that go off before their time, one after another: those behind them go on after a pause. */
const maxEarlyAlarms = 10;
const earlyPauseMs = 1_000;
/** Of messages that wait in one object: several share the 128 MB of an isolate. */
const maxPendingBytes = 33_554_432;

/** Called with what has changed in the object that it belongs to. */
export type OnCommit = (changes: readonly InstanceChange[]) => unknown;

/**
 * Twice as many as in a process: a message that runs to its end at once is held responsible until that is stored, and the platform
 * may end an object just then, for reasons of its own.
 */
const maxCrashes = 16;
/** How long an answer waits for the directory, where an address has come or gone. Then an alarm sees to it, which is a row. */
const reportsMs = 250;
/** How long an object that opens waits to hear that the directory has what an earlier life reported: its first window then removes that. */
const earlierReportsMs = 50;
/** How long what an earlier life left on links waits for the first window of this one, which a handler may hold open. */
const leftoverWaitMs = 300;

/**
 * The engine of one object: opened when it is first needed, ended by the platform without a word, woken by its
 * alarm, and removed with all its storage when nothing is left to remember.
 */
export class ObjectEngine<Env> {
  readonly #parts: ObjectParts<Env>;
  readonly #state: ObjectState;
  readonly #env: Env;
  readonly #worked: Worked = { ms: 0 };
  readonly #clock: AlarmClock;
  readonly #gate = new Semaphore(maxConversations);
  #driver: ObjectDriver | undefined;
  #store: ObjectStore | undefined;
  /** As it was opened: not everywhere does the platform give an object its name. */
  #name: string | undefined;
  #engine: Promise<Engine> | undefined;
  /** Requests that use the engine now. */
  #users = 0;
  #cancelWake: (() => void) | undefined;
  /** For an alarm that waits: the list has changed. */
  #onWaits: (() => void) | undefined;
  /** One after another, up to now. */
  #earlyAlarms = 0;
  /** Asked once for each engine: what is called after commits, if anything is. */
  readonly #listenerOf: () => OnCommit | undefined;

  constructor(
    parts: ObjectParts<Env>,
    state: ObjectState,
    env: Env,
    listenerOf: () => OnCommit | undefined,
  ) {
    this.#listenerOf = listenerOf;
    this.#parts = parts;
    this.#state = state;
    this.#env = env;
    const onWaits = (): void => this.#wakeForWaits();
    this.#clock = new AlarmClock(parts.platform.clock, onWaits, () => this.#event());
  }

  /** As `use`, to change something: the answer waits until the directory knows what has come or gone by it. */
  change<T>(to: string | undefined, work: (engine: Engine) => Promise<T>): Promise<T> {
    return this.use(to, (engine) =>
      work(engine).finally(() => engine.partition.directoryReports.delivered(reportsMs, true)),
    );
  }

  /** Does something with the engine. Rejects when the storage cannot be used; the next one tries again. */
  async use<T>(to: string | undefined, work: (engine: Engine) => Promise<T>): Promise<T> {
    this.#users++;
    this.#event();
    try {
      return await work(await this.#running(to));
    } finally {
      this.#users--;
    }
  }

  /**
   * Never rejects: an alarm that fails too often is never tried again. `isRetry`: it was tried before, and the object has
   * ended in it.
   */
  async alarm(longestMs: number, isRetry: boolean = false): Promise<void> {
    this.#event();
    try {
      // One that comes late, to an object that has gone, must not bring it back.
      if (this.#engine === undefined && !hasRows(this.#state.storage)) return;
      // The platform gives up after six tries: whatever ends this one, too, there is another alarm.
      if (isRetry && this.#engine === undefined) {
        await this.#state.storage.setAlarm(this.#clock.now() + againMs);
      }
      await this.#rang();
      const engine = await this.#running(undefined, true);
      await this.#rest(engine, await this.#work(engine, longestMs));
    } catch (error) {
      this.#parts.options.onError(error, {});
      const delayMs = unusable.has(Object(error).code) ? unusableMs : againMs;
      await this.#state.storage.setAlarm(this.#clock.now() + delayMs);
    }
  }

  /**
   * An alarm that is set again for its time may go off again at once: by the platform's clock that time is over. The platform
   * should not be kept busy by a clock that is behind.
   */
  async #rang(): Promise<void> {
    const isEarly = (await this.#driver?.rang()) === true;
    this.#earlyAlarms = isEarly ? this.#earlyAlarms + 1 : 0;
    if (this.#earlyAlarms <= maxEarlyAlarms) return;
    await new Promise<void>(
      (resolve) => void this.#parts.platform.clock.after(earlyPauseMs, resolve),
    );
  }

  /** An event of this object. What waits in the list may be due: under load no alarm may go off for it. */
  #event(): void {
    this.#begin();
    this.#clock.ring();
  }

  /** Its work is counted from here on. */
  #begin(): void {
    this.#parts.turns.begin(this.#worked);
  }

  /**
   * A handler that waited for something outside goes on without an event of ours: that time is of no window. The clock says when
   * the turn of now began.
   */
  #workedUntilNow(): number {
    this.#begin();
    return this.#worked.ms;
  }

  /** Waits until everything is done that can be done now: deadlines end meanwhile, and retries come. Whether that was all. */
  async #work(engine: Engine, longestMs: number): Promise<boolean> {
    const end = this.#clock.now() + longestMs;
    let isIdle = false;
    while (!isIdle && this.#clock.now() < end) {
      this.#clock.ring();
      const idle = engine.idle().then(() => {
        isIdle = true;
      });
      // Nothing may be waiting for it when the store fails.
      idle.catch(() => {});
      const waitMs = Math.min(end, this.#clock.next() ?? end) - this.#clock.now();
      // A wait may be added that ends sooner, and no other alarm goes off meanwhile.
      const isChanged = new Promise<void>((resolve) => {
        this.#onWaits = resolve;
      });
      const awaited = Promise.race([idle, isChanged]);
      await waitFor(this.#parts.platform.clock, Math.max(waitMs, 0), awaited);
    }
    return isIdle;
  }

  /**
   * An alarm for the first of the long waits, if it lasts. When none is left the timer for that goes too: it would keep the
   * object in memory.
   */
  #wakeForWaits(): void {
    this.#onWaits?.();
    if (!this.#clock.isWaitedFor) {
      this.#cancelWake?.();
      this.#cancelWake = undefined;
      return;
    }
    this.#cancelWake ??= this.#parts.platform.clock.after(lastingMs, () => {
      this.#cancelWake = undefined;
      const next = this.#clock.next();
      if (next === undefined || this.#engine === undefined) return;
      try {
        this.#store?.wakeBy(next);
      } catch (error) {
        this.#parts.options.onError(error, {});
      }
    });
  }

  /** Takes a batch of another object. */
  async receive(engine: Engine, batch: LinkBatch): Promise<LinkAnswer> {
    const answer = await engine.receive(batch);
    const wakeAt = this.#wakeForDead;
    if (wakeAt !== undefined) this.#store?.wakeAgain(engine.now(), wakeAt);
    return answer;
  }

  /** When the object of dead letters is opened next, if there are any. */
  get #wakeForDead(): number | undefined {
    const hasDead = this.#name === deadLetterObject && Number(this.#store?.countDead()) > 0;
    return hasDead ? this.#clock.now() + deadMs : undefined;
  }

  call(to: string, arrival: Arrival, timeoutMs: number): Promise<RpcAnswer> {
    return this.change(to, async (engine) => {
      const parts = { engine: () => engine, clock: this.#parts.platform.clock };
      const answer = await answered(parts, arrival, timeoutMs, undefined);
      if (answer.kind === "lost") throw answer.error;
      return answer;
    });
  }

  /** Whether it has something, or may have. */
  get #isUsed(): boolean {
    return this.#engine !== undefined || hasRows(this.#storage);
  }

  /** As `use`, to look at something: in an object that has nothing, nothing is made for it. */
  async look<T>(to: string, nothing: T, work: (engine: Engine) => Promise<T>): Promise<T> {
    return this.#isUsed ? this.use(to, work) : nothing;
  }

  /** The states of an instance here, for the object's own class. */
  async stateOf({ typename, id }: WireAddress): Promise<object> {
    const { functions } = this.#parts.application;
    const fn = boundFunction(functions, typename);
    const address = { typename, id };
    const { stateAt } = await import("./state-at.ts");
    if (!this.#isUsed) return stateAt(undefined, address, fn);
    return this.use(undefined, (engine) => {
      if (!engine.partition.router.isHere(address)) throw misplaced(address);
      return stateAt(engine, address, fn);
    });
  }

  /** Reports to a subclass what has changed. */
  #notify(onCommit: OnCommit, writes: Parameters<typeof changesOf>[0]): void {
    try {
      Promise.resolve(onCommit(changesOf(writes))).catch(this.#report);
    } catch (error) {
      this.#report(error);
    }
  }

  async #running(to: string | undefined, isAlarm: boolean = false): Promise<Engine> {
    this.#engine ??= this.#opened(to, isAlarm).catch((error) => {
      this.#engine = undefined;
      if (Object(error).code !== "misconfigured") throw error;
      return this.#parts.check(() => {
        throw error;
      });
    });
    const engine = await this.#engine;
    // One that has stopped has lost nothing that it said: another one goes on where its store is.
    if (engine.failure()?.code === "store_failed") this.#engine = undefined;
    return engine;
  }

  /** Throws `misconfigured` where the class of the object has no SQLite. */
  get #storage(): ObjectState["storage"] {
    const { storage } = this.#state;
    const { binding, check } = this.#parts;
    check(() => assertSqlite(storage, binding));
    return storage;
  }

  /** A batch for another object. */
  readonly #deliver = (partition: string, batch: LinkBatch): Promise<LinkAnswer> => {
    const { stub } = this.#parts;
    const target = batch.messages[0]?.target;
    return this.#gate.through(() =>
      resultOf(() => stub(this.#env, partition, target).receive(partition, batch)),
    );
  };

  async #opened(to: string | undefined, isAlarm: boolean): Promise<Engine> {
    const { id } = this.#state;
    const { jurisdiction, check } = this.#parts;
    check(() => assertJurisdiction(id.jurisdiction, jurisdictionOf(jurisdiction, this.#env)));
    const storage = this.#storage;
    // Whoever asks knows better than the storage: what is stored may be a copy, which the engine finds.
    const name = id.name ?? to ?? (await storedName(storage, this.#report));
    // A name that the platform gives need not be stored.
    const engine = await this.#open(name, id.name === undefined ? `/${name}` : "", isAlarm);
    await engine.partition.directoryReports.delivered(earlierReportsMs, false);
    return engine;
  }

  readonly #report = (error: unknown): void => this.#parts.options.onError(error, {});

  /** `kept` is what the identity of a new store has beside the mark. */
  #open(name: string, kept: string, isAlarm: boolean): Promise<Engine> {
    const { application, options, placement, directory, platform } = this.#parts;
    const now = (): number => this.#clock.now();
    const store = createObjectStore(async () => {
      this.#driver = await durableObjectDriver(this.#state.storage, now);
      return this.#driver;
    });
    this.#store = store;
    this.#name = name;
    const onCommit = this.#listenerOf();
    return startEngine(
      application,
      { ...options, env: this.#env },
      {
        kind: "durable-object",
        store,
        deliver: this.#deliver,
        isOutOfResources: (error) => platformErrorOf(error)?.isOutOfResources === true,
        clock: this.#clock,
        random: platform.random,
        randomBytes: platform.randomBytes,
        maxCrashes: platform.maxCrashes ?? maxCrashes,
        // A message port has its turn before I/O: work that waits for nothing else would keep all I/O out.
        defer: (run) => {
          this.#clock.after(0, run);
        },
        budget: new TurnBudget(() => this.#workedUntilNow()),
        // Its alarm is set by the wall clock, and what is longer only stands in a list.
        longestWaitMs: Number.MAX_SAFE_INTEGER,
        tokenScope: "address",
        kafkaHeaders: "own",
        partition: {
          name,
          placement,
          directory,
          // The id of a call may be invented: an object needs a name.
          isPartition: (one) => one !== "",
          mark: ownerMark(name) + kept,
          assertOwn: (identity) => assertOwnStore(identity, name),
          isEvictable: true,
          leftoverWaitMs: isAlarm ? 0 : leftoverWaitMs,
          maxPendingBytes,
          ...(onCommit !== undefined && { onWritten: (writes) => this.#notify(onCommit, writes) }),
        },
      },
    );
  }

  /** After an alarm: what is left is looked at later, and an object without anything left goes. */
  async #rest(engine: Engine, isIdle: boolean): Promise<void> {
    const { pendingMessages, waitingLinks } = engine.health();
    const isSent = waitingLinks.length === 0;
    const isBusy = pendingMessages > 0 || !isSent;
    const mayGo = (): boolean =>
      !isBusy && this.#users === 0 && this.#store?.isForgettable(engine.now(), isSent) === true;
    const hasLeft = mayGo() && (await leave(engine.partition, this.#deliver, mayGo));
    // Something may have come meanwhile.
    if (mayGo()) {
      if (!hasLeft) return setLeavingAlarm(engine, this.#store);
      // Nothing comes in meanwhile: it would be in a storage that is about to go.
      await this.#state.blockConcurrencyWhile(() => this.#remove(engine));
      return;
    }
    setNextAlarm(engine, this.#store, this.#clock, isIdle, this.#wakeForDead);
  }

  async #remove(engine: Engine): Promise<void> {
    const { storage } = this.#state;
    this.#engine = undefined;
    await engine.close(0);
    await storage.deleteAlarm();
    await storage.deleteAll();
  }
}
