import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { buildPackage } from "./build.ts";
import { nodeFlags } from "./node-program.ts";

/** In the order of the results. Not among them: `profile` compares nothing, `engine-builds` and `slow-disk` need another build. */
const benchmarks = [
  "in-process",
  "http",
  "schemas",
  "fetch-handler",
  "fetch-http",
  "growth",
  "engine",
  "engine-growth",
  "restarts",
  "fairness",
  "address-growth",
  "looks",
  "observer",
  "without-hooks",
  "opentelemetry",
  "recording",
  "listing",
  "operator-lists",
  "moving",
  "backup",
  "console",
  "durable-object",
  "surface",
  "restate",
  "flink",
  "kafka",
  "smoke-flink",
];
const others = ["profile", "engine-builds", "slow-disk"];

/** Each in a process of its own: what one teaches the compiler is no help and no hindrance to the next. */
async function run(name: string, args: readonly string[] = []): Promise<string> {
  const file = join(import.meta.dirname, "benchmarks", `${name}.ts`);
  const child = spawn(process.execPath, [...nodeFlags, file, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    process.stdout.write(text);
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${name} ended with ${code}`);
  return output;
}

function preface(): string {
  const cpu = cpus();
  return [
    "# Results",
    "",
    `Made by \`npm run bench\`; what was measured and how is in [README.md](README.md). Node ${process.version}, ` +
      `${cpu.length} cores of ${cpu[0]?.model.trim() || "an unnamed processor"}, ${new Date().toISOString().slice(0, 10)}. ` +
      "Ratios are medians over interleaved rounds, with the middle half of the rounds in brackets.",
    "",
    "",
  ].join("\n");
}

const [name, ...args] = process.argv.slice(2);
if (name !== undefined && ![...benchmarks, ...others].includes(name)) {
  throw new RangeError(`no benchmark ${name}: ${[...benchmarks, ...others].join(", ")}`);
}
for (const folder of ["bench", "matrix"]) {
  const installed = join(import.meta.dirname, "..", folder, "node_modules");
  if (!existsSync(installed)) throw new Error(`first: npm ci --prefix test/${folder}`);
}
buildPackage();
if (name !== undefined) {
  // A part of it, which has a program of its own.
  const isPart = name === "observer" && args[0] === "without-hooks";
  await run(isPart ? "without-hooks" : name, isPart ? args.slice(1) : args);
} else {
  const results: string[] = [];
  for (const one of benchmarks) results.push(await run(one));
  writeFileSync(join(import.meta.dirname, "results.md"), preface() + results.join(""));
}
