/**
 * Forked by memory.test.ts with --expose-gc: the functions behind `serve` on Node, in a process that holds
 * nothing else. Told `before` it collects its garbage and notes what it holds; told `after` it says how much
 * higher than that it ever was.
 */
import { requestReplyHandler } from "../../src/index.ts";
import { serve } from "../../src/node.ts";
import { functions } from "./memory-functions.ts";

const { port } = await serve({ fetch: requestReplyHandler(functions), port: 0 });
let before = 0;
process.on("message", (message) => {
  if (message === "before") {
    gc?.();
    before = process.memoryUsage().rss;
  }
  process.send?.({ rss: process.resourceUsage().maxRSS * 1_024 - before });
});
process.on("disconnect", () => process.exit(0));
process.send?.({ port });
