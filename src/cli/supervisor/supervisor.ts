import { setTimeout } from "node:timers/promises";
import type { ApplicationEvent, ApplicationSettings, Failed, Listening } from "../ipc.ts";
import { changesBetween } from "../output/changes.ts";
import type { Printer } from "../output/printer.ts";
import { ApplicationProcess } from "./child-process.ts";
import { stopSignal } from "./stop-signal.ts";
import { Watch } from "./watch.ts";

/** Waits between the starts of an application that ends by itself: doubled, and forgotten once it holds. */
const firstWaitMs = 200;
const lastWaitMs = 10_000;
/** A process that is busy cannot say itself that it is still loading. */
const silentMs = 10_000;

/**
 * Runs an application in a separate process, and restarts it when a file changes or when it ends by itself, until
 * this process is asked to stop. The old one is gone before a new one starts, because a store has one owner.
 */
export class Supervisor {
  readonly #isJson: boolean;
  readonly #printer: Printer;
  readonly #watch = new Watch();
  readonly #stopped: Promise<"stopped">;
  #settings: ApplicationSettings;
  #application: ApplicationProcess | undefined;
  #failure: Failed | undefined;
  /** The last version that answered. */
  #listened: Listening | undefined;
  #listeningSince: number | undefined;
  #waitMs = firstWaitMs;
  /** Runs until the application has said something. */
  #silence: ReturnType<typeof globalThis.setTimeout> | undefined;

  constructor(settings: ApplicationSettings, isJson: boolean, printer: Printer) {
    this.#settings = settings;
    this.#isJson = isJson;
    this.#printer = printer;
    this.#stopped = stopSignal(() => this.#application?.kill()).then(() => "stopped");
  }

  /** Resolves with an exit code: at a signal, or when the application never started. */
  async run(): Promise<number> {
    try {
      for (;;) {
        const exitCode = await this.#runOnce();
        if (exitCode !== undefined) return exitCode;
      }
    } finally {
      this.#watch.close();
    }
  }

  /** Runs the application once, and waits for the next start. */
  async #runOnce(): Promise<number | undefined> {
    const { entry, modules } = this.#settings;
    this.#failure = undefined;
    this.#listeningSince = undefined;
    this.#watch.begin(entry === undefined ? modules : [entry, ...modules]);
    const application = new ApplicationProcess(this.#settings, this.#isJson, (event) =>
      this.#onEvent(event),
    );
    this.#application = application;
    const changed = this.#watch.changed().then((path) => ({ path }));
    const ended = application.ended.then((how) => ({ how }));
    this.#silence = globalThis.setTimeout(() => this.#onSilence(), silentMs);
    const cause = await Promise.race([ended, changed, this.#stopped]);
    clearTimeout(this.#silence);
    if (cause === "stopped") {
      await application.stop();
      return this.#end();
    }
    if ("path" in cause) {
      this.#printer.print({ event: "restarting", reason: `${cause.path} has changed` });
      await application.stop();
      return undefined;
    }
    return this.#rest(cause.how, changed);
  }

  /** After an unexpected end. */
  async #rest(how: string, changed: Promise<unknown>): Promise<number | undefined> {
    const failure = this.#failure;
    const hint = how.startsWith("ended")
      ? ": if it has printed nothing, a file that it loads may call process.exit"
      : "";
    const early = this.#listeningSince === undefined ? ` before it answered${hint}` : "";
    this.#printer.fail(failure?.message ?? `the application ${how}${early}`);
    // It never started, so the user who typed the command is there to correct it.
    if (this.#listened === undefined) return failure?.exitCode ?? 1;
    const since = this.#listeningSince;
    if (since !== undefined && Date.now() - since > lastWaitMs) this.#waitMs = firstWaitMs;
    const waitMs = failure?.waits === true ? undefined : this.#waitMs;
    const reason = waitMs === undefined ? "for a change" : `${waitMs} ms before the next start`;
    this.#printer.print({ event: "waiting", reason });
    const next: Promise<unknown>[] = [changed, this.#stopped];
    // It must not keep a process alive that was asked to stop.
    if (waitMs !== undefined) next.push(setTimeout(waitMs, undefined, { ref: false }));
    if ((await Promise.race(next)) === "stopped") return this.#end();
    if (waitMs !== undefined) this.#waitMs = Math.min(2 * waitMs, lastWaitMs);
    return undefined;
  }

  #onSilence(): void {
    const why = "a file that it loads may have a loop without an end, or its store is large";
    const message = `the application does not answer after ${silentMs / 1_000} s: ${why}`;
    this.#printer.print({ event: "warning", message });
  }

  #onEvent(event: ApplicationEvent): void {
    // Files are told by a thread of their own, also of a process that is busy.
    if (event.event !== "file") clearTimeout(this.#silence);
    if (event.event === "file") this.#watch.add(event.file);
    else if (event.event === "failed") this.#failure = event;
    else if (event.event === "listening") {
      this.#watch.settle();
      // A free port that was found once is kept: its URL may be written down.
      this.#settings = { ...this.#settings, port: event.port };
      this.#listeningSince = Date.now();
      const before = this.#listened;
      this.#listened = event;
      if (before === undefined) this.#printer.print(event);
      else {
        const changes = changesBetween(before, event);
        this.#printer.print({ ...event, event: "restarted", changes });
      }
    } else this.#printer.print(event);
  }

  #end(): number {
    this.#printer.print({ event: "stopped" });
    return 0;
  }
}
