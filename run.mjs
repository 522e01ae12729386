import { build } from "/work/main/node_modules/esbuild/lib/main.js";
import { Miniflare } from "/work/main/node_modules/miniflare/dist/src/index.js";
import { execSync } from "node:child_process";
const src = "/work/main/src/";
const r = await build({ entryPoints: ["worker.ts"], bundle: true, format: "esm", write: false, external: ["cloudflare:*"], plugins: [{ name: "a", setup(b) { b.onResolve({ filter: /^statefun/ }, (x) => ({ path: src + (x.path === "statefun" ? "index" : x.path.slice(9)) + ".ts" })); } }] });
const mf = new Miniflare({ modules: true, script: r.outputFiles[0].text, compatibilityDate: "2026-07-01", durableObjects: { STATEFUN: { className: "StatefulObject", useSQLite: true } } });
const url = await mf.ready;
const cpu = () => execSync("ps -eo pcpu,time,rss,args | grep 'workerd serve' | grep -v grep | head -2").toString().slice(0, 60).trim();
await fetch(new URL("/functions/demo/greeter/a", url), { method: "POST", headers: { "content-type": "application/json" }, body: "2000" });
await new Promise((r) => setTimeout(r, 1500));
console.log("before", cpu());
for (let k = 0; k < 60; k++) {
  const ac = new AbortController();
  const res = await fetch(new URL("/egresses/demo/out?after=" + (k % 2 ? 9007199254740991 : 0), url), { headers: { accept: "text/event-stream" }, signal: ac.signal });
  const rd = res.body.getReader(); await rd.read(); ac.abort(); await rd.cancel().catch(() => {});
}
for (let i = 0; i < 4; i++) { console.log("after", cpu()); await new Promise((r) => setTimeout(r, 3000)); }
const t = performance.now(); console.log((await fetch(new URL("/health", url))).status, performance.now() - t);
await mf.dispose();
