import { resolve } from "node:path";
import process from "node:process";
import { invalid } from "../internal/assert.ts";
import { type Origins, originsOf } from "../surface/origins.ts";
import { findEntry } from "./application/entry.ts";
import { assertModuleFile } from "./application/module-file.ts";
import { parseArguments, portFrom } from "./arguments.ts";
import { createPrinter } from "./output/printer.ts";
import { Supervisor } from "./supervisor/supervisor.ts";

const defaultFile = ".statefun/dev.db";

/** `statefun dev`: resolves with its exit code when it was asked to stop. */
export async function devCommand(args: readonly string[]): Promise<number> {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const flags = {
    port: text,
    host: text,
    origins: text,
    file: text,
    memory: flag,
    connectors: flag,
    json: flag,
  };
  const given = parseArguments(args, flags);
  const isModuleFile = (path: string): boolean => /\.ya?ml$/.test(path);
  const modules = given.positionals.filter(isModuleFile);
  const entries = given.positionals.filter((path) => !isModuleFile(path));
  if (entries.length > 1) throw invalid(`expected one entry file, got ${entries.join(" and ")}`);
  for (const path of modules) assertModuleFile(path);
  // A module.yaml can be a whole application, of functions that run elsewhere.
  const isAlone = entries.length === 0 && modules.length > 0;
  const entry = isAlone ? undefined : findEntry(entries[0]);
  const file = given.text("file");
  const isMemory = given.has("memory");
  if (isMemory && file !== undefined) throw invalid("use either --file or --memory, not both");
  const port = portFrom(given.text("port") ?? "8080");
  const host = given.text("host") ?? "127.0.0.1";
  const isJson = given.has("json");
  const settings = {
    supervisor: process.pid,
    entry,
    modules: modules.map((path) => resolve(path)),
    startsConnectors: given.has("connectors"),
    host,
    port,
    origins: originsFrom(given.text("origins") ?? ""),
    file: isMemory ? undefined : (file ?? defaultFile),
    isStoreGiven: isMemory || file !== undefined,
  };
  return new Supervisor(settings, isJson, createPrinter(isJson)).run();
}

function originsFrom(text: string): Origins {
  if (text === "any") return text;
  return originsOf(text === "" ? [] : text.split(","), "--origins");
}
