import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { classPath } from "./class-path.ts";

/** A reader of a topic from its beginning, as somebody downstream has one. */
export interface CommittedReader {
  /** All that has come, each as its key and its value, in the order of its partition. */
  readonly records: readonly (readonly [key: string, value: string])[];
  stop(): Promise<void>;
}

/**
 * Reads what is committed and nothing else, by the consumer of Kafka itself: the client of the tests leaves the records of
 * aborted transactions in.
 */
export async function readCommitted(brokers: string, topic: string): Promise<CommittedReader> {
  const flags = ["-Xmx128m", "-cp", await classPath()];
  const consumer = ["org.apache.kafka.tools.consumer.ConsoleConsumer", "--from-beginning"];
  const from = ["--bootstrap-server", brokers, "--topic", topic];
  const how = ["--isolation-level", "read_committed", "--property", "print.key=true"];
  const java = spawn("java", [...flags, ...consumer, ...from, ...how], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const kill = (): void => void java.kill("SIGKILL");
  // Whatever happens to this process, the reader does not outlive it.
  process.once("exit", kill);
  const records: (readonly [string, string])[] = [];
  createInterface({ input: java.stdout }).on("line", (line) => {
    const [key = "", value = ""] = line.split("\t");
    records.push([key, value]);
  });
  const ended = once(java, "close");
  return {
    records,
    async stop() {
      process.off("exit", kill);
      kill();
      await ended;
    },
  };
}
