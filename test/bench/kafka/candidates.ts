import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describeModule } from "statefun/module";
import { startCluster } from "../../flink/kafka/cluster.ts";
import { statefun330 } from "../../flink/releases.ts";
import { outDir } from "../build.ts";
import { startServer } from "../http-server.ts";
import { nodeFlags, programPath } from "../node-program.ts";
import { application } from "./ways.ts";

/** Takes from the one topic and gives to the other until it is stopped. */
export interface Running {
  stop(): Promise<void>;
}

/** Starts one, as a member of a group that nobody was in before. */
export type Start = (brokers: string, group: string) => Promise<Running>;

/** A program of ours in a process of its own. */
function run(name: string, args: readonly string[]): Running {
  const flags = [...nodeFlags, programPath(name), ...args];
  const child = spawn(process.execPath, flags, { stdio: ["ignore", "ignore", "inherit"] });
  const ended = once(child, "exit");
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  return {
    async stop() {
      process.off("exit", kill);
      kill();
      await ended;
    },
  };
}

const bare: Start = async (brokers, group) => run("kafka-bare", [brokers, group]);

const engine =
  (durability: "full" | "normal"): Start =>
  async (brokers, group) => {
    const folder = mkdtempSync(join(outDir, "kafka-"));
    const running = run("kafka-engine", [brokers, group, durability, join(folder, "app.db")]);
    return {
      async stop() {
        await running.stop();
        rmSync(folder, { recursive: true });
      },
    };
  };

const flink: Start = async (brokers, group) => {
  const server = await startServer("serve-kafka");
  const file = describeModule(application(brokers, group), { urlPathTemplate: server.url });
  const cluster = await startCluster(statefun330, file);
  return {
    async stop() {
      await Promise.all([cluster.stop(), server.close()]);
    },
  };
};

export const candidates: ReadonlyMap<string, Start> = new Map([
  ["bare", bare],
  ["full", engine("full")],
  ["normal", engine("normal")],
  ["flink", flink],
]);
