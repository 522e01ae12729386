import { folderOf, type Program, startProgram } from "../cli/program.ts";

/** A person is greeted in a topic of the playground; `greeting` tells versions of the file apart. */
export function personSource(greeting = "Hello"): string {
  return `
import { egress, int, json, shape, StatefulFunctions, string } from "statefun";
const RecordType = json("io.statefun.playground/EgressRecord", shape<{ topic: string; payload: unknown }>());
const out = egress("io.statefun.playground/egress", [RecordType, string]);
export const functions = new StatefulFunctions("greeter");
const GreetRequest = json("example/GreetRequest", shape<{ name: string; topic?: string }>());
functions.bind(
  "example/person",
  { accepts: [GreetRequest, string], state: { visits: { type: int, initial: 0 } } },
  (context, message) => {
    context.state.visits += 1;
    const { name, topic = "greetings" } =
      typeof message.value === "string" ? { name: message.value } : message.value;
    if (topic === "") context.emit(out, string.of("no record"));
    else context.emit(out, RecordType.of({ topic, payload: "${greeting} " + name + " " + context.state.visits }));
  },
);
`;
}

export function moduleFile(topics: readonly string[] = ["greetings", "a/b"]): string {
  return `
kind: io.statefun.playground.v1/ingress
spec:
  port: 0
---
kind: io.statefun.playground.v1/egress
spec:
  port: 0
  topics: ${JSON.stringify(topics)}
`;
}

export interface Playground {
  readonly folder: string;
  program(): Program;
  /** Where its ports are: another one at every start. */
  ports(): Promise<{ readonly url: string; readonly ingress: string; readonly egress: string }>;
  /** With what the READMEs of the playground send. */
  greet(id: string, body?: unknown): Promise<Response>;
  poll(topic?: string): Promise<Response>;
  /** The next greeting, once there is one. */
  next(topic?: string): Promise<string>;
  /** Kills it without a warning, and starts it on the same state. */
  killAndStart(): Promise<void>;
}

/** `statefun dev` with the functions above, on a file of state. */
export function startPlayground(
  files: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Playground {
  const folder = folderOf({
    "functions.mts": personSource(),
    "module.yaml": moduleFile(),
    ...files,
  });
  const start = (): Program =>
    startProgram(folder, ["dev", "functions.mts", "module.yaml", ...args, "--port", "0", "--json"]);
  let program = start();
  const ports = async () => {
    await program.says(/"event":"(?:listening|restarted)".*\n/);
    const line = program.output
      .split("\n")
      .findLast((text) => /^\{"event":"(?:listening|restarted)"/.test(text));
    const { url, playground } = JSON.parse(line ?? "");
    return { url, ingress: playground.ingress?.url, egress: playground.egress?.url };
  };
  const poll = async (topic = "greetings") => fetch(`${(await ports()).egress}/${topic}`);
  return {
    folder,
    program: () => program,
    ports,
    poll,
    greet: async (id, body = { name: id }) =>
      fetch(`${(await ports()).ingress}/example/person/${id}`, {
        method: "PUT",
        headers: { "content-type": "application/vnd.example/GreetRequest" },
        body: JSON.stringify(body),
      }),
    async next(topic) {
      const end = Date.now() + 60_000;
      for (;;) {
        const response = await poll(topic);
        if (response.status === 200) return response.text();
        if (response.status !== 204 || Date.now() > end) throw new Error(`${response.status}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async killAndStart() {
      await program.end();
      program = start();
    },
  };
}
