import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { StateFunError } from "statefun";
import { serve } from "statefun/node";
import { expect, it } from "vitest";
import { attempts, expectedOutcome, withoutReason } from "./listening.ts";

it("names the port or the host, and what to do, where it cannot listen", async () => {
  const ended = await attempts(serve);
  expect(ended).toHaveLength(5);
  for (const attempt of ended) {
    // Whoever runs this may be allowed to.
    if (attempt.name === "a privileged port" && attempt.outcome === "listens") continue;
    expect(withoutReason(attempt), attempt.name).toEqual(expectedOutcome(attempt));
  }
});

it("keeps what the platform said as the cause", async () => {
  const first = await serve({ fetch: () => new Response(), port: 0 });
  try {
    const error = await serve({ fetch: () => new Response(), port: first.port }).catch((e) => e);
    expect(error).toBeInstanceOf(StateFunError);
    expect(error.cause).toMatchObject({ code: "EADDRINUSE" });
  } finally {
    await first.close();
  }
});

it.runIf(process.getuid?.() === 0)("says so of a privileged port to who is not root", () => {
  const source = `
    import { serve } from ${JSON.stringify(new URL("../../src/node.ts", import.meta.url).href)};
    const tried = serve({ fetch: () => new Response(), port: 80 });
    await tried.then((server) => server.close(), (e) => console.log(e.name, e.code, e.message));
  `;
  const loader = fileURLToPath(new URL("../docs/from-source.ts", import.meta.url));
  const args = ["--import", loader, "--input-type=module", "-e", source];
  const { stdout, stderr } = spawnSync(process.execPath, args, { uid: 65_534, encoding: "utf8" });
  // A machine may allow it to everybody.
  if (stdout === "" && stderr === "") return;
  expect(stdout).toMatch(/^StateFunError unavailable port 80 is not allowed: /);
});

it("refuses options that are none, naming them", async () => {
  const fetch = () => new Response();
  const cases = [
    [undefined, "fetch must be a function, got undefined"],
    [fetch, "fetch must be a function, got undefined"],
    [{ fetch, hostname: 5 }, "hostname must be a string of well-formed Unicode, got 5"],
    [{ fetch, hostname: "" }, "hostname must not be empty"],
    [{ fetch, port: "80" }, 'port must be an integer from 0 to 65535, got "80"'],
  ] as const;
  for (const [options, message] of cases) {
    const error = await serve(options as never).catch((e) => e);
    expect(error).toMatchObject({ code: "invalid_argument" });
    expect(error.message).toContain(message);
  }
});
