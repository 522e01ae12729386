import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { startObjects } from "../../durable-object/support/objects.ts";
import { remotePay } from "./application.ts";
import { runShop } from "./memory.ts";
import { deadLetters, operatorOver } from "./operator.ts";
import { startPayService } from "./pay-service.ts";
import type { World } from "./seed.ts";
import { sendingTo } from "./sending.ts";

export type EngineName = "memory" | "sqlite" | "workerd";

export interface Shop extends World {
  readonly engine: EngineName;
  /** Where its surface is. It stays the same over restarts, except on workerd. */
  url(): string;
  /** The engine ends as by `kill -9`, and nothing answers until `start`. In memory everything is lost. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** The part of a shop that differs by its engine. */
interface Host {
  url(): string;
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

const hosts = { memory: inMemory, sqlite: inProcess, workerd: onObjects };

/** An empty shop with a card service. */
export async function startShop(engine: EngineName): Promise<Shop> {
  const pay = await startPayService();
  const host = await hosts[engine](pay.url);
  await host.start();
  const { url, kill, start } = host;
  const operate = operatorOver(url, fetch);
  return {
    ...{ engine, url, kill, start, operate },
    send: sendingTo(url, fetch),
    setPay: pay.set,
    async dead(count) {
      const end = performance.now() + 60_000;
      while ((await deadLetters(operate)) < count) {
        if (performance.now() > end) throw new Error(`there are no ${count} dead letters`);
        await setTimeout(50);
      }
    },
    async close() {
      await host.close();
      await pay.close();
    },
  };
}

async function inMemory(payUrl: string): Promise<Host> {
  let port = 0;
  let close = async () => {};
  return {
    url: () => `http://127.0.0.1:${port}`,
    kill: () => close(),
    async start() {
      ({ port, close } = await runShop(
        { payUrl, payModule: remotePay, takesMails: () => false },
        { port },
      ));
    },
    close: () => close(),
  };
}

const local = (path: string): string => join(import.meta.dirname, path);

async function inProcess(payUrl: string): Promise<Host> {
  const folder = mkdtempSync(join(tmpdir(), "statefun-shop-"));
  let port = "0";
  let kill = async () => {};
  const start = async () => {
    const program = ["--import", local("../../docs/from-source.ts"), local("process.ts")];
    const all = [...program, join(folder, "shop.db"), payUrl, port];
    const child = spawn(process.execPath, all, { stdio: ["pipe", "pipe", "inherit"] });
    const ended = new Promise((resolve) => child.once("close", resolve));
    kill = async () => {
      child.kill("SIGKILL");
      await ended;
    };
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    port = (await lines.next()).value ?? "";
    if (port === "") throw new Error("the process of the shop has ended");
  };
  return {
    url: () => `http://127.0.0.1:${port}`,
    kill: () => kill(),
    start,
    async close() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function onObjects(payUrl: string): Promise<Host> {
  const objects = await startObjects(local("worker.ts"), { PAY_URL: payUrl });
  let isRunning = true;
  return {
    url: objects.url,
    async kill() {
      isRunning = false;
      await objects.stop();
    },
    async start() {
      if (!isRunning) await objects.start();
      isRunning = true;
    },
    close: objects.close,
  };
}
