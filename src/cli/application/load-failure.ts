import { spawnSync } from "node:child_process";
import { relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { StateFunError } from "../../internal/errors.ts";
import { peek, reasonOf } from "../../internal/show.ts";
import { isUserFile, lastLoaded } from "../supervisor/loaded-files.ts";

/** One line: where in the user's own files, and what. */
export function loadFailure(error: unknown, entry: string): StateFunError {
  const where =
    importerOf(error) ?? placeOf(error) ?? placeOfSyntaxError(error) ?? relative(".", entry);
  const name = peek(error, "name");
  const kind = typeof name === "string" && name !== "StateFunError" ? `${name}: ` : "";
  const reason = reasonOf(error).replaceAll(`${process.cwd()}/`, "");
  return new StateFunError("module_invalid", `${where}: ${kind}${reason}${adviceOf(reason)}`, {
    cause: error,
  });
}

/** A frame of a stack in a file, or the line above the code that a syntax error shows. */
const frame = /^(?:\s+at (?:async )?(?:.*\()?)?((?:file:|\/|[A-Z]:\\).*?)((?::\d+){1,2})\)?$/;

/** `functions.ts:12:5`, of the first line of a stack that is the user's. */
export function placeOf(error: unknown): string | undefined {
  const stack = peek(error, "stack");
  if (typeof stack !== "string") return undefined;
  for (const line of stack.split("\n")) {
    const [, path = "", at = ""] = frame.exec(line) ?? [];
    const file = path.startsWith("file:") ? fileURLToPath(path) : path;
    if (file !== "" && isUserFile(file)) return `${relative(".", file)}${at}`;
  }
  return undefined;
}

/** Who imports what is not there: the stack has the loader's own frames alone. */
function importerOf(error: unknown): string | undefined {
  if (peek(error, "code") !== "ERR_MODULE_NOT_FOUND") return undefined;
  const file = / imported from (.+)$/.exec(reasonOf(error))?.[1];
  return file === undefined || !isUserFile(file) ? undefined : relative(".", file);
}

/** Node does not say where in a file of JavaScript; checked by itself, it prints the place above all else. */
function placeOfSyntaxError(error: unknown): string | undefined {
  const file = lastLoaded();
  if (!(error instanceof SyntaxError) || file === undefined) return undefined;
  const { stderr } = spawnSync(process.execPath, ["--check", file], { encoding: "utf8" });
  const [, line = ""] = /^.*?(:\d+)$/m.exec(stderr) ?? [];
  return `${relative(".", file)}${line}`;
}

function adviceOf(reason: string): string {
  if (!/import statement outside a module|Unexpected token 'export'/.test(reason)) return "";
  return ' (set "type": "module" in package.json, or name the file .mts)';
}
