/**
 * `node check-alone.ts`, with a job on its standard input: checks each program of it by itself, with a compiler that has
 * an API, and prints what is wrong. What one program makes the compiler resolve may hide an error of the next one, so
 * that programs which compile together need not compile alone. Files that they share are read once.
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { ts as api } from "./typescript-5.9/index.ts";

export interface Job {
  /** The folder of a package of TypeScript. */
  readonly compiler: string;
  readonly folder: string;
  /** As in a tsconfig.json. */
  readonly options: object;
  readonly files: readonly string[];
}

function check(ts: typeof api, { folder, options: given, files }: Job): string {
  process.chdir(folder);
  const { options, errors } = ts.convertCompilerOptionsFromJson(given, folder);
  const host = ts.createCompilerHost(options);
  const readSourceFile = host.getSourceFile;
  const sources = new Map<string, ReturnType<typeof readSourceFile>>();
  host.getSourceFile = (name, ...rest) => {
    if (!sources.has(name)) sources.set(name, readSourceFile(name, ...rest));
    return sources.get(name);
  };
  const found = files.flatMap((file) =>
    ts.getPreEmitDiagnostics(ts.createProgram([file], options, host)),
  );
  return ts.formatDiagnostics([...errors, ...found], host);
}

const job: Job = JSON.parse(readFileSync(0, "utf8"));
const { default: ts } = await import(pathToFileURL(`${job.compiler}/lib/typescript.js`).href);
process.stdout.write(check(ts, job));
