import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Wire } from "../golden/fixtures.ts";

/** One request of a cluster and its answer: test/fixtures/recorded/README.md. */
export interface Recording {
  readonly runtime: string;
  readonly label: "scenario" | "smoke" | "trap";
  readonly features: readonly string[];
  /** The path alone. */
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly request: string;
  readonly status: number;
  readonly response: string;
}

const folder = new URL("../fixtures/recorded/", import.meta.url);

export function recordedFiles(): readonly string[] {
  return readdirSync(fileURLToPath(folder)).filter((name) => name.endsWith(".jsonl"));
}

export function readRecordings(file: string): readonly Recording[] {
  const lines = readFileSync(new URL(file, folder), "utf8").split("\n");
  // The README promises these fields of every line.
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Recording);
}

/** StateFun 2 speaks v2 and 3 speaks v3. */
export function wireOf({ runtime }: Recording): Wire {
  return runtime.startsWith("apache 2.") ? "v2" : "v3";
}
