import { StatefulFunctions, string } from "statefun";
import { createRuntime } from "statefun/runtime";
import { createTestRuntime } from "statefun/testing";
import type { Subject } from "./every-export.ts";

type Call = (...args: unknown[]) => unknown;
type Methods = Readonly<Record<string, Call>>;

/** What a handler may call, each time in a runtime of its own. */
function ofContext(method: string): Subject {
  const call: Call = async (...args) => {
    let thrown: { readonly error: unknown } | undefined;
    const functions = new StatefulFunctions();
    const f = functions.bind(
      "test/f",
      { accepts: string, state: { seen: string } },
      (context, text) => {
        if (text !== "go") return;
        try {
          if (method === "state") Object.assign(context.state, { seen: args[0] });
          else (context as unknown as Methods)[method]?.(...args);
        } catch (error) {
          thrown = { error };
        }
      },
    );
    const runtime = await createTestRuntime(functions);
    try {
      await runtime.send(f.at("1"), "go");
    } finally {
      await runtime.close();
    }
    if (thrown !== undefined) throw thrown.error;
  };
  return { name: `${method} of a context`, call };
}

/** What a program may call on a runtime. */
function ofRuntime(method: string, part: "deadLetters" | "client"): Subject {
  const call: Call = async (...args) => {
    const functions = new StatefulFunctions();
    functions.bind("own/f", { accepts: string, replies: string }, () => {});
    const onError = (): void => {};
    const runtime = await createRuntime({ modules: [functions], onError });
    const methods = (part === "client" ? runtime : runtime.deadLetters) as unknown as Methods;
    try {
      const result = methods[method]?.(...args);
      // A call that is right waits for its answer.
      const wait = new Promise((resolve) => setTimeout(resolve, 5));
      return await (method === "call" ? Promise.race([result, wait]) : result);
    } finally {
      await runtime.close({ drainMs: 0 });
    }
  };
  return {
    name: `${method} of a ${part === "client" ? "runtime" : "runtime's dead letters"}`,
    call,
  };
}

/** Methods of what runs. */
export function runningSubjects(): Subject[] {
  const context = ["send", "sendAfter", "cancel", "reply", "emit", "clear", "state"];
  const client = ["send", "call", "instance", "close"];
  const letters = ["list", "replay", "discard"];
  return [
    ...context.map(ofContext),
    ...client.map((method) => ofRuntime(method, "client")),
    ...letters.map((method) => ofRuntime(method, "deadLetters")),
  ];
}
