import { serve } from "statefun/deno";
import { announce, programOf } from "./programs.ts";

/** What is used here of the global `Deno`. */
declare const Deno: {
  readonly args: readonly string[];
  addSignalListener(signal: "SIGTERM", listener: () => void): void;
  exit(code: number): never;
};

const server = await serve({ fetch: await programOf(Deno.args[0]), port: 0 });
Deno.addSignalListener("SIGTERM", () => server.close().then(() => Deno.exit(0)));
announce(server.port);
