import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { Admin } from "@platformatic/kafka";
import { classPath, targetDir } from "./class-path.ts";

/** A broker of its own, in one JVM, on a free port of the loopback. */
export interface Broker {
  /** `host:port`. */
  readonly brokers: string;
  createTopic(name: string, partitions: number, configs?: Record<string, string>): Promise<void>;
  deleteTopic(name: string): Promise<void>;
  /** Forgets what a group has committed for partitions of a topic. */
  deleteOffsets(group: string, topic: string, partitions: readonly number[]): Promise<void>;
  /** Adds partitions, up to so many. */
  growTopic(name: string, partitions: number): Promise<void>;
  /** Forgets the records before an offset. */
  deleteRecords(topic: string, partition: number, before: bigint): Promise<void>;
  /** Kills the process and starts it again on the same port and files. */
  restart(): Promise<void>;
  kill(): Promise<void>;
  /** Stops the process where it is, connections and all, until it is thawed. */
  freeze(): void;
  thaw(): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const readyMs = 60_000;

/** A further way to reach a broker, named by how it is secured. */
export interface SecuredListener {
  readonly protocol: "SSL" | "SASL_PLAINTEXT" | "SASL_SSL";
  readonly port: number;
}

/** On a port of its own, unless a program asks for a certain one. */
export async function startBroker(
  overrides: Record<string, string> = {},
  fixedPort?: number,
  secured: readonly SecuredListener[] = [],
): Promise<Broker> {
  const libraries = await classPath();
  mkdirSync(targetDir, { recursive: true });
  const folder = mkdtempSync(join(targetDir, "broker-"));
  const [port, controller] = [fixedPort ?? (await freePort()), await freePort()];
  const brokers = `127.0.0.1:${port}`;
  const settings = join(folder, "server.properties");
  const log = join(folder, "log4j2.properties");
  writeFileSync(settings, properties(folder, port, controller, secured, overrides));
  writeFileSync(log, "rootLogger.level = OFF\n");
  const flags = ["-Xmx384m", `-Dlog4j2.configurationFile=${log}`, "-cp", libraries];
  const format = ["kafka.tools.StorageTool", "format", "--standalone"];
  const cluster = ["--cluster-id", "c3RhdGVmdW4tdGVzdC0wMQ", "--config", settings];
  await promisify(execFile)("java", [...flags, ...format, ...cluster], { timeout: readyMs });

  let java: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    java = spawn("java", [...flags, "kafka.Kafka", settings], { stdio: "ignore" });
    await ready(brokers, java);
  };
  const kill = async (): Promise<void> => {
    if (java === undefined || java.exitCode !== null || java.signalCode !== null) return;
    const ended = once(java, "exit");
    java.kill("SIGKILL");
    await ended;
  };
  // Whatever happens to this process, the broker does not outlive it.
  process.once("exit", () => java?.kill("SIGKILL"));
  await start();
  return {
    brokers,
    createTopic: (name, partitions, configs = {}) =>
      asAdmin(brokers, async (admin) => {
        await admin.createTopics({
          topics: [name],
          partitions,
          replicas: 1,
          configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
        });
      }),
    deleteTopic: (name) =>
      asAdmin(brokers, async (admin) => {
        await admin.deleteTopics({ topics: [name] });
      }),
    deleteOffsets: (groupId, name, partitionIndexes) =>
      asAdmin(brokers, async (admin) => {
        const topics = [{ name, partitionIndexes: [...partitionIndexes] }];
        await admin.deleteConsumerGroupOffsets({ groupId, topics });
      }),
    growTopic: (name, count) =>
      asAdmin(brokers, async (admin) => {
        await admin.createPartitions({ topics: [{ name, count, assignments: null }] } as never);
      }),
    deleteRecords: (name, partition, offset) =>
      asAdmin(brokers, async (admin) => {
        await admin.deleteRecords({ topics: [{ name, partitions: [{ partition, offset }] }] });
      }),
    restart: async () => {
      await kill();
      await start();
    },
    kill,
    freeze: () => void java?.kill("SIGSTOP"),
    thaw: () => void java?.kill("SIGCONT"),
    start,
    stop: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function asAdmin(
  brokers: string,
  work: (admin: Admin) => Promise<void>,
): Promise<void> {
  const admin = new Admin({ clientId: "test", bootstrapBrokers: [brokers] });
  try {
    await work(admin);
  } finally {
    await admin.close();
  }
}

async function ready(brokers: string, java: ChildProcess): Promise<void> {
  const deadline = Date.now() + readyMs;
  for (;;) {
    if (java.exitCode !== null) throw new Error(`the broker ended with ${java.exitCode}`);
    const admin = new Admin({ clientId: "test", bootstrapBrokers: [brokers], retries: 0 });
    try {
      const { brokers: found } = await admin.metadata({ topics: [] });
      if (found.size > 0) return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    } finally {
      await admin.close().catch(() => {});
    }
    await setTimeout(100);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

function properties(
  folder: string,
  port: number,
  controller: number,
  secured: readonly SecuredListener[],
  overrides: Record<string, string>,
): string {
  const further = secured.map(({ protocol, port: own }) => `,${protocol}://127.0.0.1:${own}`);
  const protocols = secured.map(({ protocol }) => `,${protocol}:${protocol}`);
  return Object.entries({
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.quorum.bootstrap.servers": `127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}${further.join("")}`,
    "advertised.listeners": `PLAINTEXT://127.0.0.1:${port}${further.join("")}`,
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": `CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT${protocols.join("")}`,
    "log.dirs": join(folder, "data"),
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.num.partitions": "4",
    "transaction.state.log.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    "auto.create.topics.enable": "false",
    ...overrides,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}
