/**
 * `npm run example:cluster`: serves `workers/functions.ts` on Node, and plays a cluster's part against it. With
 * `npm run example:cluster -- --serve` the server stays.
 */
import { requestReplyHandler } from "statefun";
import { serve } from "statefun/node";
import { codecV2, codecV3 } from "statefun/protocol";
import { functions, Login } from "../../workers/functions.ts";
import { Cluster } from "./driver.ts";

const print = console.log;
const handler = requestReplyHandler(functions);
// Any other port does as well as 8080.
const server = await serve({ fetch: handler }).catch(() => serve({ fetch: handler, port: 0 }));
const url = `http://127.0.0.1:${server.port}/statefun`;
print(`demo/greeter, demo/login and audit/log are served at ${url}`);

print("\nA StateFun 3.x cluster: two logins, then a minute without one\n");
const cluster = new Cluster({ url, codec: codecV3, print });
cluster.send("demo/greeter", "zoe", Login.of({ user: "Zoë" }));
await cluster.run();
cluster.send("demo/greeter", "zoe", Login.of({ user: "Zoë" }));
await cluster.run();
cluster.advance(60_000);
await cluster.run();

print("\nA StateFun 2.x cluster, whose module.yaml lists the state of demo/login: two logins\n");
const states = { "demo/login": ["session"] };
const older = new Cluster({ url, codec: codecV2, states, print });
older.send("demo/login", "zoe", Login.of({ user: "Zoë" }));
await older.run();
older.send("demo/login", "zoe", Login.of({ user: "Zoë" }));
await older.run();

if (process.argv.includes("--serve")) print(`\nstill served at ${url}, until Ctrl-C`);
else await server.close();
