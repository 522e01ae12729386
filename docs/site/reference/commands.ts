import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const path = (from: string) => fileURLToPath(new URL(`../../../${from}`, import.meta.url));

/** What the program prints, run from the sources. */
export function printedBy(...args: readonly string[]): string {
  const start = ["--import", path("test/docs/from-source.ts"), path("src/cli/statefun.ts")];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...start, ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", COLUMNS: "120" },
  });
  if (status !== 0) throw new Error(`statefun ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout.trimEnd();
}

/** The commands that a help names, in its order. */
export function commandsOf(help: string): readonly string[] {
  const names = Array.from(help.matchAll(/^ *statefun ([a-z-]+)/gm), ([, name = ""]) => name);
  return [...new Set(names)];
}

/** Every command with what `--help` says about it. */
export function commandsPage(): string {
  const help = printedBy("--help");
  const parts = commandsOf(help).map(
    (name) => `## statefun ${name}\n\n\`\`\`text\n${printedBy(name, "--help")}\n\`\`\`\n`,
  );
  return `# The command line

The program \`statefun\` is part of the package: \`npx statefun\`. This page is what \`statefun --help\` and the \`--help\` of each command print.
[Developing](/operate/dev.md) explains \`dev\` and \`module\`, [Backups](/operate/backup.md) explains \`backup\`, and
[At a terminal](/operate/cli.md) explains the commands for operators.

\`\`\`text
${help}
\`\`\`

${parts.join("\n")}`;
}
