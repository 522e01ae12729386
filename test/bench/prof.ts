import { counter, drive, start } from "./engine-app.ts";
const kind = (process.argv[2] ?? "memory") as "memory";
const K = Number(process.argv[3] ?? 1000);
const n = Number(process.argv[4] ?? 300000);
const b = await start(kind);
const send = (i: number) => b.runtime.send(counter.at(String((i * 7919) % 10000)), 1);
await drive(send, Math.min(n, 100000), K);
for (let r = 0; r < 4; r++) { const c0 = process.cpuUsage(); const ms = await drive(send, n, K); const c = process.cpuUsage(c0); console.log(kind, K, "wall", (ms * 1000 / n).toFixed(2), "cpu", ((c.user + c.system) / n).toFixed(2)); }
await b.end();
