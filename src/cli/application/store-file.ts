import { accessSync, constants, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { StateFunError } from "../../internal/errors.ts";
import { reasonOf } from "../../internal/show.ts";

/**
 * Makes the folder of a file of state when it is missing, and then keeps it out of version control. Throws
 * `store_failed` where there can be no such file.
 */
export async function prepareStoreFile(file: string): Promise<void> {
  if ((await import("node:sqlite").catch(() => undefined)) === undefined) {
    throw failed(
      `Node ${process.version} has no SQLite: use Node 22.13 or later, or keep state in memory with --memory`,
    );
  }
  const folder = dirname(file);
  try {
    if (!existsSync(folder)) {
      // State is its owner's alone, as the file itself is.
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(join(folder, ".gitignore"), "*\n");
    }
    if (!statSync(folder).isDirectory()) throw failed(`${folder} is not a folder`);
    accessSync(existsSync(file) ? file : folder, constants.W_OK);
  } catch (error) {
    const reason = reasonOf(error).replace(/, .*/s, "");
    throw failed(
      `state cannot be kept in ${file} (${reason}): choose another --file, or use --memory`,
    );
  }
  if (existsSync(file) && statSync(file).isDirectory())
    throw failed(`${file} is a folder: name a file in it`);
}

function failed(message: string): StateFunError {
  return new StateFunError("store_failed", message);
}
