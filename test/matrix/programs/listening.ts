import process from "node:process";
import { attempts, type Serve } from "../../contract/listening.ts";

/** Tries to listen where it cannot, on the platform that is named, and says in a line of JSON how each ended. */
const platforms: ReadonlyMap<string, () => Promise<{ readonly serve: Serve }>> = new Map<
  string,
  () => Promise<{ readonly serve: Serve }>
>([
  ["node", () => import("statefun/node")],
  ["deno", () => import("statefun/deno")],
  ["bun", () => import("statefun/bun")],
]);

const load = platforms.get(process.argv[2] ?? "");
if (load === undefined) throw new TypeError(`no platform ${process.argv[2]}`);
console.log(JSON.stringify(await attempts((await load()).serve)));
