import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, inject, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** An application whose own packages meet those of this one: a Hono app and a protobuf message. */
const program = `
import { create } from "@bufbuild/protobuf";
import { DurationSchema } from "@bufbuild/protobuf/wkt";
import { Hono } from "hono";
import { StatefulFunctions } from "statefun";
import { statefun } from "statefun/hono";
import { serve } from "statefun/node";
import { protobuf } from "statefun/protobuf";

// An interface would do with a newer hono.
type Env = { readonly GREETING: string };

const Duration = protobuf(DurationSchema);
const functions = new StatefulFunctions<Env>();
export const timer = functions.bind(
  "demo/timer",
  { accepts: Duration, state: { longest: Duration } },
  (context, duration) => {
    const greeting: string = context.env.GREETING;
    if (duration.seconds > 0n) context.state.longest = duration;
    context.send(timer.at(greeting), create(DurationSchema, { seconds: 5n }));
  },
);

const app = new Hono<{ Bindings: Env }>();
app.post("/statefun", statefun(functions));

const answer = await app.request("/statefun", { method: "GET" }, { GREETING: "hello" });
const invalid = await app.request(
  "/statefun",
  { method: "POST", body: new Uint8Array([255]), headers: { "content-type": "application/octet-stream" } },
  { GREETING: "hello" },
);
// The server that this package brings takes the hono of the application, too.
const server = await serve({ fetch: app.fetch, port: 0 });
const served = await fetch(\`http://127.0.0.1:\${server.port}/statefun\`);
await server.close();
console.log(answer.status, invalid.status, served.status, Duration.of(create(DurationSchema, { seconds: 5n })).typename);
`;

const config = {
  compilerOptions: {
    ...{ target: "es2022", module: "nodenext", strict: true, noEmit: true },
    ...{ skipLibCheck: true, lib: ["es2022", "dom", "dom.iterable"], types: [] },
  },
  files: ["app.ts"],
};

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A project that has its own copies of peers, and the packed package as its registry would give it. */
function project(peers: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "statefun-peers-"));
  folders.push(folder);
  for (const [name, from] of Object.entries(peers)) {
    const to = join(folder, "node_modules", name);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(root, "node_modules", from), to, { recursive: true });
  }
  cpSync(join(inject("consumer"), "node_modules/statefun"), join(folder, "node_modules/statefun"), {
    recursive: true,
  });
  const server = "node_modules/@hono/node-server";
  cpSync(join(root, server), join(folder, server), { recursive: true });
  symlinkSync(join(root, "node_modules/yaml"), join(folder, "node_modules/yaml"), "dir");
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  writeFileSync(join(folder, "app.ts"), program);
  return folder;
}

const manifest = (path: string) =>
  JSON.parse(readFileSync(join(root, path, "package.json"), "utf8"));

describe("an application with its own hono and protobuf", () => {
  it.each([
    ["the oldest that are allowed", "hono-oldest", "protobuf-oldest"],
    ["the newest that are tested", "hono", "@bufbuild/protobuf"],
  ])("compiles and runs with %s", (_, hono, protobuf) => {
    const folder = project({ hono, "@bufbuild/protobuf": protobuf });
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const { stdout } = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
    expect(stdout).toBe("");
    const output = execFileSync(process.execPath, [join(folder, "app.ts")], { encoding: "utf8" });
    expect(output.trim()).toBe("404 400 404 type.googleapis.com/google.protobuf.Duration");
  });

  it("is asked for no older ones than these", () => {
    const { peerDependencies } = manifest(".");
    expect(peerDependencies).toMatchObject({
      hono: `^${manifest("node_modules/hono-oldest").version}`,
      "@bufbuild/protobuf": `^${manifest("node_modules/protobuf-oldest").version}`,
    });
  });
});
