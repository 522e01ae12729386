import { type ChildProcess, fork } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { ApplicationEvent, ApplicationSettings } from "../ipc.ts";
import { applicationCommand } from "../ipc.ts";

const killMs = 5_000;

/** One process of the application. */
export class ApplicationProcess {
  readonly #process: ChildProcess;
  /** How it ended, in words. */
  readonly ended: Promise<string>;

  constructor(
    settings: ApplicationSettings,
    isJson: boolean,
    onEvent: (event: ApplicationEvent) => void,
  ) {
    const program = fileURLToPath(new URL(`../statefun.${extension()}`, import.meta.url));
    this.#process = fork(program, [applicationCommand, JSON.stringify(settings)], {
      execArgv: [...process.execArgv, ...quiet()],
      // Where standard output is for tools, what the application prints goes beside it.
      stdio: ["ignore", isJson ? 2 : "inherit", "inherit", "ipc"],
    });
    // Only runApplication sends messages here.
    this.#process.on("message", (event) => onEvent(event as ApplicationEvent));
    this.ended = endOf(this.#process);
  }

  /** Lets it finish what runs, and kills it if it does not: nothing is lost either way. */
  async stop(): Promise<void> {
    if (this.#process.connected) this.#process.send("stop", () => {});
    const timer = setTimeout(() => this.kill(), killMs);
    await this.ended;
    clearTimeout(timer);
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }
}

/** Not before the last of its messages was read: it may say why. */
async function endOf(child: ChildProcess): Promise<string> {
  const read = new Promise((resolve) => child.once("disconnect", resolve));
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(`could not start: ${error.message}`));
    child.once("exit", async (code, signal) => {
      await read;
      resolve(signal === null ? `ended with exit code ${code}` : `was stopped by ${signal}`);
    });
  });
}

/** The sources run as they are, the built files as they are. */
function extension(): string {
  return import.meta.url.endsWith(".ts") ? "ts" : "js";
}

/** Node's own warnings of type stripping, SQLite and a manifest without a type are nothing that a user can mend. */
function quiet(): string[] {
  if (!process.allowedNodeEnvironmentFlags.has("--disable-warning")) return [];
  const warnings = ["ExperimentalWarning", "MODULE_TYPELESS_PACKAGE_JSON"];
  return warnings.map((name) => `--disable-warning=${name}`);
}
