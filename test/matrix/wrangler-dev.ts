import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { root } from "./build.ts";
import type { ServerCommand } from "./server-process.ts";

/** `wrangler dev --port 0` takes 8787 first; a port that the system gave is free. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
    });
  });
}

export interface Dev {
  /** Takes the place of `main` of wrangler.toml. */
  readonly script?: string;
  /** @default the project's own */
  readonly config?: string;
  readonly vars?: Readonly<Record<string, string>>;
  /** Where objects store. @default the project's own folder */
  readonly persistTo?: string;
}

export async function wranglerDev({
  script,
  config = join(root, "wrangler.toml"),
  vars = {},
  persistTo,
}: Dev): Promise<ServerCommand> {
  const port = await freePort();
  return {
    command: process.execPath,
    // The program itself: the one in .bin starts it as a child, which would have another pid.
    args: [
      "--no-warnings",
      join(root, "node_modules/wrangler/wrangler-dist/cli.js"),
      "dev",
      ...(script === undefined ? [] : [script]),
      `--config=${config}`,
      ...Object.entries(vars).map(([name, value]) => `--var=${name}:${value}`),
      ...(persistTo === undefined ? [] : [`--persist-to=${persistTo}`]),
      "--ip=127.0.0.1",
      `--port=${port}`,
      "--inspector-port=0",
      "--show-interactive-dev-session=false",
    ],
    cwd: root,
    env: {
      CI: "1",
      NO_COLOR: "1",
      FORCE_COLOR: "0",
      WRANGLER_SEND_METRICS: "false",
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
    },
    // It takes another port where somebody was quicker.
    ready: (output) => /Ready on (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1],
    stopBy: "SIGINT",
  };
}

/** A process and all that it has started, by their ids. */
export function processTree(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  const own = children.split(" ").filter(Boolean).map(Number);
  return [pid, ...own.flatMap(processTree)];
}
