import { relative } from "node:path";
import process from "node:process";
import { invalid } from "../internal/assert.ts";
import { reasonOf, show } from "../internal/show.ts";
import { findEntry, loadEntry } from "./application/entry.ts";
import { isListening, serverWarning, watchedLoad } from "./application/watched-load.ts";
import { parseArguments } from "./arguments.ts";
import { exitCodeOf } from "./exit-code.ts";
import { oneLine } from "./output/one-line.ts";

const formats = ["kind", "3.0", "2.0"] as const;

/** `statefun module`: the module.yaml of an entry, to standard output. */
export async function moduleCommand(args: readonly string[]): Promise<number> {
  const text = { type: "string" } as const;
  const given = parseArguments(args, { url: text, format: text });
  const [path, ...others] = given.positionals;
  if (others.length > 0)
    throw invalid(`expected one entry file, got ${given.positionals.join(" and ")}`);
  const urlPathTemplate = given.text("url");
  if (urlPathTemplate === undefined) {
    throw invalid(
      "--url is missing: name the URL at which the cluster reaches the functions, for example --url http://functions:8080/statefun",
    );
  }
  const asked = given.text("format") ?? "kind";
  const format = formats.find((one) => one === asked);
  if (format === undefined) throw invalid(`--format must be kind, 3.0 or 2.0, got ${show(asked)}`);
  const entry = findEntry(path);
  const name = relative(".", entry);
  try {
    const { modules } = await watchedLoad(name, () => loadEntry(entry, name));
    const { describeModule } = await import("../module/write/describe-module.ts");
    await written(process.stdout, describeModule(modules, { urlPathTemplate, format }));
  } catch (error) {
    // It would keep this process alive, as a server does.
    if (isListening()) await endWith(error);
    throw error;
  }
  const served = serverWarning(name);
  if (served === undefined) return 0;
  await written(process.stderr, `statefun: ${oneLine(served)}\n`);
  return process.exit(0);
}

async function endWith(error: unknown): Promise<never> {
  await written(process.stderr, `statefun: ${oneLine(reasonOf(error))}\n`);
  return process.exit(exitCodeOf(error));
}

function written(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => stream.write(text, () => resolve()));
}
