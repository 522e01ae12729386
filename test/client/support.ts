import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A server that answers as the test wants, until the test is over. */
export async function listening(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Something that is closed when the test is over. */
export function closing(close: () => Promise<void>): void {
  open.push(close);
}

/** How something was refused. */
export async function rejection(work: Promise<unknown> | (() => unknown)): Promise<{
  readonly code: unknown;
  readonly name: unknown;
  readonly text: string;
  readonly cause: unknown;
}> {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    const { code, name, message, cause } = Object(error);
    return { code, name, text: String(message), cause };
  }
  throw new Error("it was not refused");
}
