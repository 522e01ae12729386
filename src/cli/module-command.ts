import { relative } from "node:path";
import process from "node:process";
import { invalid } from "../internal/assert.ts";
import { show } from "../internal/show.ts";
import { parseArguments } from "./arguments.ts";
import { findEntry, loadEntry } from "./entry.ts";

const formats = ["kind", "3.0", "2.0"] as const;

/** `statefun module`: the module.yaml of an entry, to standard output. */
export async function moduleCommand(args: readonly string[]): Promise<number> {
  const text = { type: "string" } as const;
  const given = parseArguments(args, { url: text, format: text });
  const [path, ...others] = given.positionals;
  if (others.length > 0)
    throw invalid(`one entry is taken, got ${given.positionals.join(" and ")}`);
  const urlPathTemplate = given.text("url");
  if (urlPathTemplate === undefined) {
    throw invalid(
      "--url says where a cluster finds the functions: --url http://functions:8080/statefun",
    );
  }
  const asked = given.text("format") ?? "kind";
  const format = formats.find((one) => one === asked);
  if (format === undefined) throw invalid(`--format must be kind, 3.0 or 2.0, got ${show(asked)}`);
  const entry = findEntry(path);
  const { modules } = await loadEntry(entry, relative(".", entry));
  const { describeModule } = await import("../module/describe-module.ts");
  process.stdout.write(describeModule(modules, { urlPathTemplate, format }));
  return 0;
}
