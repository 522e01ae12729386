#!/usr/bin/env node
// `npm create statefun my-app -- --template workers`: copies a template, and gives it the name of the folder.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const templates = fileURLToPath(new URL("templates/", import.meta.url));
const names = readdirSync(templates).sort();

/** What the templates call themselves. */
const placeholder = "my-statefun-app";

const help = `create-statefun <folder> [--template ${names.join(" | ")}] [--name NAME]

  folder        where the project goes: new, or empty
  --template    the runtime; node by default
  --name        the name of the package and of the Worker; that of the folder by default`;

/** A mistake of the caller: its text is all that is shown. */
class Refusal extends Error {}

/** @param {readonly string[]} args */
function choicesOf(args) {
  const options = /** @type {const} */ ({
    template: { type: "string", default: "node" },
    name: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  });
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : error}\n\n${help}`);
  }
  const { values, positionals } = parsed;
  if (values.help) return undefined;
  const [given, ...more] = positionals;
  if (given === undefined) throw new Refusal(`the folder is missing\n\n${help}`);
  if (more.length > 0) throw new Refusal(`one folder is expected, got ${positionals.join(", ")}`);
  if (!names.includes(values.template)) {
    throw new Refusal(`unknown template ${values.template}: choose one of ${names.join(", ")}`);
  }
  const folder = resolve(given);
  return { folder, template: values.template, name: checked(values.name ?? basename(folder)) };
}

/**
 * npm takes more, but Cloudflare takes no other names for a Worker.
 * @param {string} name
 */
function checked(name) {
  if (/^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return name;
  const rule =
    "lower case letters, digits and hyphens, at most 63, beginning with a letter and not ending with a hyphen";
  throw new Refusal(
    `${JSON.stringify(name)} cannot be the name of the project: ${rule}. Give another one by --name`,
  );
}

/** @param {string} folder */
function assertEmpty(folder) {
  if (!existsSync(folder)) return;
  let found;
  try {
    found = readdirSync(folder);
  } catch {
    throw new Refusal(`${folder} is not a folder`);
  }
  // A repository that was just made is as good as empty.
  const others = found.filter((name) => name !== ".git");
  if (others.length > 0)
    throw new Refusal(`${folder} is not empty: it has ${others.slice(0, 3).join(", ")}`);
}

/**
 * npm hands a SIGTERM to the shell of a script, and most shells end without handing it on: with `exec` the program takes the
 * place of the shell. Windows has neither.
 * @param {string} text
 */
const forThisSystem = (text) =>
  process.platform === "win32" ? text.replaceAll('": "exec ', '": "') : text;

/** @param {string} from @param {string} to @param {string} name */
function copy(from, to, name) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    // npm leaves files of this name out of packages.
    const target = join(to, entry.name === "gitignore" ? ".gitignore" : entry.name);
    if (entry.isDirectory()) copy(source, target, name);
    else if (/\.(json|toml|md)$/.test(entry.name)) {
      writeFileSync(
        target,
        forThisSystem(readFileSync(source, "utf8").replaceAll(placeholder, name)),
      );
    } else copyFileSync(source, target);
  }
}

/** The commands of the template's README, which are the next ones to type. @param {string} folder */
function nextSteps(folder) {
  const [, block = ""] =
    /```sh\n(.*?)```/s.exec(readFileSync(join(folder, "README.md"), "utf8")) ?? [];
  return block.trimEnd().replaceAll(/^/gm, "    ");
}

try {
  const choices = choicesOf(process.argv.slice(2));
  if (choices === undefined) console.log(help);
  else {
    const { folder, template, name } = choices;
    assertEmpty(folder);
    try {
      copy(join(templates, template), folder, name);
    } catch (error) {
      throw new Refusal(
        `${folder} cannot be written: ${error instanceof Error ? error.message : error}`,
      );
    }
    console.log(
      `${name} is in ${folder}. There, type:\n\n${nextSteps(folder)}\n\nREADME.md says more.`,
    );
  }
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(`create-statefun: ${error.message}`);
  process.exitCode = 2;
}
