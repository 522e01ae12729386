import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, inject, it } from "vitest";
import { startBroker } from "./broker.ts";
import { write } from "./topics.ts";

const here = fileURLToPath(new URL(".", import.meta.url));

interface Health {
  readonly mailboxes: { readonly waiting: number; readonly running: number };
  readonly ingresses: readonly {
    readonly status: string;
    readonly sources: readonly { readonly position?: string; readonly records: number }[];
  }[];
}

/** How many partitions of the topic are read, from a known position on. */
const read = ({ ingresses }: Health): number =>
  ingresses
    .filter(({ status }) => status === "running")
    .flatMap(({ sources }) => sources)
    .filter(({ position }) => position !== undefined).length;

/** How many records came in, in this life. */
const taken = ({ ingresses }: Health): number =>
  ingresses.flatMap(({ sources }) => sources).reduce((sum, { records }) => sum + records, 0);

/** A life of the shop, and what it prints. */
function shop(folder: string) {
  const preload = join(here, "shop-preload.ts");
  const flags = ["--no-warnings", "--import", preload, "main.ts"];
  const child = spawn(process.execPath, flags, { cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => void lines.push(line));
  return {
    lines,
    /** What `GET /health` says now. */
    async health(): Promise<Health> {
      const answer = "/health ";
      const answers = (): string[] => lines.filter((one) => one.startsWith(answer));
      const before = answers().length;
      child.stdin.write("GET /health - -\n");
      await expect.poll(() => answers().length).toBeGreaterThan(before);
      return JSON.parse(answers().at(-1)?.slice(answer.length) ?? "");
    },
    toCart: (user: string, type: string, body: object) =>
      child.stdin.write(
        `POST /functions/com.example/user-shopping-cart/${user} com.example/${type} ${JSON.stringify(body)}\n`,
      ),
    async end(): Promise<unknown> {
      child.stdin.end();
      return (await ended)[0];
    },
    async kill(): Promise<void> {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

it("runs the shop as it is on the packed package: restocked by a topic, receipts out", async () => {
  // The application says so.
  const broker = await startBroker({}, 9092);
  const folder = join(inject("consumer"), "shop");
  cpSync(join(here, "../apps/shop"), folder, { recursive: true });
  try {
    await broker.createTopic("restock", 3);
    let open = shop(folder);
    await expect.poll(() => open.lines).toContain("opened");
    // Its ingress begins at the end of the topic: what comes before it is there is not for it.
    await expect.poll(async () => read(await open.health())).toBe(3);
    const restock = (itemId: string, quantity: number) => ({
      topic: "restock",
      value: JSON.stringify({ itemId, quantity }),
    });
    await write(broker.brokers, [restock("socks", 30), restock("hats", 1), restock("socks", 20)]);
    await expect.poll(async () => taken(await open.health())).toBe(3);
    await open.kill();
    await write(broker.brokers, [restock("hats", 1)]);
    open = shop(folder);
    await expect.poll(() => open.lines).toContain("opened");
    // The three before it are not among them: their positions were stored with what they did.
    await expect.poll(async () => taken(await open.health())).toBe(1);
    const userId = "u1";
    open.toCart(userId, "AddToCart", { userId, itemId: "socks", quantity: 50 });
    open.toCart(userId, "AddToCart", { userId, itemId: "hats", quantity: 3 });
    open.toCart(userId, "AddToCart", { userId, itemId: "hats", quantity: 2 });
    await expect.poll(() => open.lines.filter((one) => one === "status 202").length).toBe(3);
    await expect
      .poll(async () => (await open.health()).mailboxes)
      .toEqual({ waiting: 0, running: 0 });
    open.toCart(userId, "Checkout", { userId });
    // Every pair of socks is there once, and the hats that came while the shop was closed.
    await expect.poll(() => open.lines).toContain("receipts u1 socks: 50");
    await expect
      .poll(() => open.lines.filter((one) => !one.startsWith("/health")).at(-1))
      .toBe("hats: 2");
    expect(await open.end()).toBe(0);
  } finally {
    await broker.stop();
  }
});
