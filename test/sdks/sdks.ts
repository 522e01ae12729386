import { join } from "node:path";

const here = import.meta.dirname;
export const targetDir: string = join(here, "target");

/** An official SDK, and how its program is started: the port comes last. */
export interface Sdk {
  readonly name: string;
  readonly wire: "v2" | "v3";
  /** The namespace of its own function; its other one is `shared/fn`, as everywhere. */
  readonly namespace: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const inTarget = (...path: string[]) => join(targetDir, ...path);

export const sdks: readonly Sdk[] = [
  {
    name: "Python 3.3.0",
    wire: "v3",
    namespace: "python3",
    command: [inTarget("python3", "bin", "python"), join(here, "python3", "server.py")],
  },
  {
    name: "Python 2.2.2",
    wire: "v2",
    namespace: "python2",
    command: [inTarget("python2", "bin", "python"), join(here, "python2", "server.py")],
    env: { PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION: "python" },
  },
  {
    name: "JavaScript 3.3.0",
    wire: "v3",
    namespace: "javascript",
    command: [process.execPath, join(here, "node", "server.cjs")],
  },
  {
    name: "Java 3.3.0",
    wire: "v3",
    namespace: "java",
    // The class path is in a file of the JVM's options.
    command: ["java", `@${inTarget("java", "options.txt")}`, "Server"],
  },
  { name: "Go 3.3.0", wire: "v3", namespace: "go", command: [inTarget("go", "server")] },
];

/** A function that knows nothing of traces. */
export const relay: Sdk = {
  name: "the relay",
  wire: "v3",
  namespace: "tracing",
  command: [inTarget("python3", "bin", "python"), join(here, "traces", "relay.py")],
};
