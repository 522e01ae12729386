import { createServer } from "node:http2";
import process from "node:process";
import { type ObjectContext, restate } from "../restate-sdk.ts";

/** A virtual object that counts, as the documentation of Restate writes one. */
const counter = restate.object({
  name: "counter",
  handlers: {
    add: async (context: ObjectContext, by: number): Promise<number> => {
      const count = ((await context.get<number>("count")) ?? 0) + by;
      context.set("count", count);
      return count;
    },
  },
});

// `restate.serve` is this, on every address of the machine.
const server = createServer(restate.createEndpointHandler({ services: [counter] }));
server.listen(0, "127.0.0.1", () => {
  // A server that listens on TCP has such an address.
  process.send?.({ port: Object(server.address()).port });
});
process.on("disconnect", () => process.exit(0));
