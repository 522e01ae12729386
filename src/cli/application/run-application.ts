import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { peek, reasonOf } from "../../internal/show.ts";
import { exitCodeOf } from "../exit-code.ts";
import type { ApplicationEvent, ApplicationSettings } from "../ipc.ts";
import { drainMs } from "../ipc.ts";
import { endWithParent } from "./parent-watch.ts";
import { type Running, startApplication } from "./start-application.ts";

/**
 * The process of an application: runs it until the one that started it says `stop`, or is gone. Resolves with
 * an exit code when it could not start, or when its store has failed, and never otherwise.
 */
export async function runApplication(args: readonly string[]): Promise<number> {
  // Only ApplicationProcess passes an argument, of this type.
  const settings = JSON.parse(args[0] ?? "") as ApplicationSettings;
  let running: Running | undefined;
  let isEnding = false;
  const end = (): void => {
    if (isEnding) return;
    isEnding = true;
    // Open streams and slow handlers are not waited for longer: what is stored goes on at the next start.
    const closed = Promise.race([running?.close(drainMs), setTimeout(drainMs + 500)]);
    void closed.then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  // The supervisor is gone: nobody would see the output, and nothing may hold the file and the port.
  process.on("disconnect", () => process.exit(1));
  endWithParent(settings.supervisor);
  process.on("message", end);
  process.on("SIGTERM", end);
  // The terminal sends it to every process; the other one decides.
  process.on("SIGINT", () => {});
  try {
    running = await startApplication(settings, send);
    await running.closed;
    return await new Promise(() => {});
  } catch (error) {
    const exitCode = exitCodeOf(error);
    const code = peek(error, "code");
    const waits = code === "module_invalid" || code === "invalid_argument";
    await send({ event: "failed", message: messageOf(error), exitCode, waits });
    return process.exit(exitCode);
  }
}

/** Resolves when the other process has it, or is gone. */
function send(event: ApplicationEvent): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(event, undefined, {}, () => resolve());
  });
}

function messageOf(error: unknown): string {
  const reason = reasonOf(error);
  if (peek(error, "code") !== "store_locked") return reason;
  return `${reason} (stop the other process, choose another --file, or use --memory)`;
}
