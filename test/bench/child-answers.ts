import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** Whether a process has not ended yet. */
export function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

/**
 * The next message of a process, after `order` was sent to it where there is one. Rejects when the process ends before: it
 * may lack what another build has, and has said on its standard error what.
 */
export function answerOf<T>(
  child: ChildProcess,
  name: string,
  order?: object | string,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const ended = (): void => {
      stop();
      const how = child.signalCode ?? `code ${child.exitCode}`;
      reject(new Error(`${name} ended with ${how} before it answered`));
    };
    const failed = (error: Error): void => {
      stop();
      reject(error);
    };
    const answered = (message: unknown): void => {
      stop();
      // The program is one of these benchmarks, and its sender knows the type.
      resolve(message as T);
    };
    const stop = (): void => {
      child.off("exit", ended).off("error", failed).off("message", answered);
    };
    child.once("exit", ended).once("error", failed).once("message", answered);
    if (!isRunning(child)) ended();
    else if (order !== undefined) child.send(order);
  });
}

/** Resolves when a program has ended that ends when it is sent `order`. */
export async function askedToEnd(
  child: ChildProcess,
  order: object | string = "end",
): Promise<void> {
  if (!isRunning(child)) return;
  const ended = once(child, "exit");
  child.send(order);
  await ended;
}
