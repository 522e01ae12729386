import { execFile } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, it } from "vitest";

const matrix = join(import.meta.dirname, "../matrix/node_modules");
const root = join(import.meta.dirname, "../..");

/** Starts an ingress, and prints why it cannot be. */
const program = `
import { defineModule, StatefulFunctions, string } from "statefun";
import { kafkaIngress } from "statefun/kafka-connector";
import { createRuntime } from "statefun/runtime";
const functions = new StatefulFunctions();
const fn = functions.bind("test/fn", { accepts: string }, () => {});
const options = { brokers: "127.0.0.1:1", topics: ["t"], consumerGroup: "g", value: string, targets: [fn] };
const ingresses = [kafkaIngress("test/in", options)];
await createRuntime({ modules: [functions, defineModule({ name: "kafka", ingresses })] }).then(
  (runtime) => { console.log("started"); return runtime.close(); },
  (error) => console.log(error.code + ": " + error.message),
);
`;

function said(command: string, folder: string): Promise<string> {
  writeFileSync(join(folder, "refused.mjs"), program);
  return new Promise((resolve, reject) => {
    execFile(command, ["refused.mjs"], { cwd: folder }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    );
  });
}

it.each([
  ["18", "node18"],
  ["20", "node20"],
])("says on Node %s which one it needs", async (version, name) => {
  const folder = join(inject("consumer"), `refused-${version}`);
  mkdirSync(folder);
  const text = await said(join(matrix, name, "bin/node"), folder);
  expect(text).toMatch(
    new RegExp(
      `^invalid_argument: ingress test/in needs Node 22.22 or 24.6 or later, Deno or Bun, got Node ${version}\\.`,
    ),
  );
});

it("says which package is missing", async () => {
  const folder = join(inject("consumer"), "without");
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "@bufbuild"), { recursive: true });
  cpSync(join(inject("consumer"), "node_modules/statefun"), join(modules, "statefun"), {
    recursive: true,
  });
  // The only dependency that this program reaches, beside the one that is not there.
  for (const name of ["@bufbuild/protobuf", "hono"]) {
    symlinkSync(join(root, "node_modules", name), join(modules, name), "dir");
  }
  // A folder above has the package: it is hidden by an empty one.
  mkdirSync(join(modules, "@platformatic/kafka"), { recursive: true });
  const text = await said(process.execPath, folder);
  expect(text).toMatch(
    /^invalid_argument: ingress test\/in needs the package @platformatic\/kafka, which could not be loaded/,
  );
});
