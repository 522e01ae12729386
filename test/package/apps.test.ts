import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, inject, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

it("runs the applications and their tests on the packed package", () => {
  const consumer = inject("consumer");
  const user = join(consumer, "user");
  cpSync(join(root, "test/apps"), user, { recursive: true });
  const vitest = [join(root, "node_modules/vitest/vitest.mjs"), "run", "tests", "--root", user];
  const { status, stdout, stderr } = spawnSync(process.execPath, vitest, {
    encoding: "utf8",
    cwd: user,
    env: { ...process.env, NO_COLOR: "1" },
  });
  expect(stdout, `${stdout}${stderr}`).toMatch(/Tests\s+3 passed \(3\)/);
  expect(status).toBe(0);
});
