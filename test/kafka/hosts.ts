import { defineModule, type Ingress, StatefulFunctions } from "statefun";
import { createRuntime, memoryStore, type Runtime } from "statefun/runtime";
import { afterEach } from "vitest";

/** What a function of a test was given. */
export interface Heard {
  readonly id: string;
  readonly typename: string;
  readonly text: string;
  readonly headers: readonly (readonly [string, string | null])[];
}

/** A function that takes anything, and remembers it. */
export function listener(typename: `${string}/${string}`) {
  const heard: Heard[] = [];
  const functions = new StatefulFunctions(typename);
  const ref = functions.bind(typename, (context, message) => {
    const headers = Array.from(
      message.headers,
      ([name, value]) => [name, value === null ? null : new TextDecoder().decode(value)] as const,
    );
    const text = new TextDecoder().decode(message.bytes);
    heard.push({ id: context.self.id, typename: message.typename, text, headers });
  });
  return { functions, ref, heard };
}

/** Runtimes that end with their test. */
export function runtimes() {
  const running: Runtime[] = [];
  const errors: string[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((one) => one.close()));
    errors.length = 0;
  });
  return {
    errors,
    async start(
      parts: readonly StatefulFunctions[],
      ingresses: Ingress | readonly Ingress[],
      options: Partial<Omit<Parameters<typeof createRuntime>[0], "modules">> = {},
    ): Promise<Runtime> {
      const runtime = await createRuntime({
        modules: [...parts, defineModule({ name: "kafka", ingresses: [ingresses].flat() })],
        store: memoryStore(),
        http: { authenticate: "none" },
        onError: (error) => void errors.push(Object(error).message),
        ...options,
      });
      running.push(runtime);
      return runtime;
    },
  };
}

/** What is wrong outside, as health tells it. */
export interface Trouble {
  readonly part: string;
  readonly reason: string;
  readonly sinceMs: number;
}

/** The health of the first ingress. */
export async function ingressHealth(runtime: Runtime): Promise<{
  readonly status: string;
  readonly reason?: string;
  readonly troubles: readonly Trouble[];
  readonly sources: readonly {
    readonly source: string;
    readonly position: string;
    readonly lag: number;
    readonly invalid: number;
    readonly records: number;
    readonly isPaused: boolean;
  }[];
}> {
  const answer = await runtime.fetch(new Request("http://localhost/health"));
  return Object(await answer.json()).ingresses[0];
}
