/**
 * `node --import shop-preload.ts main.ts`, in the folder of a shop: its runtime ends with its standard input instead of its last
 * line, and each line of it is `METHOD PATH TYPE BODY`, a request to its handler, whose status is printed: of a GET the body.
 */
import { registerHooks } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

interface Runtime {
  fetch(request: Request): Promise<Response>;
  close(): Promise<void>;
}

const opened = "?opened";
const wrapper = `
import { createRuntime as create } from "statefun/runtime${opened}";
export async function createRuntime(options) {
  const runtime = await create(options);
  globalThis.shopOpened(runtime);
  return { ...runtime, [Symbol.asyncDispose]: () => globalThis.shopEnded };
}`;

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "statefun/runtime") {
      return { url: `data:text/javascript,${encodeURIComponent(wrapper)}`, shortCircuit: true };
    }
    if (!specifier.endsWith(opened)) return next(specifier, context);
    // A module of a data: URL has no folder to look in.
    const parentURL = pathToFileURL(`${process.cwd()}/main.ts`).href;
    return next(specifier.slice(0, -opened.length), { ...context, parentURL });
  },
});

let isEnded = (): void => {};
const ended = new Promise<void>((resolve) => {
  isEnded = resolve;
});
Object.assign(globalThis, {
  shopEnded: ended,
  async shopOpened(runtime: Runtime) {
    console.log("opened");
    for await (const line of createInterface({ input: process.stdin })) {
      const [, method = "", path = "", type = "", body = ""] =
        /^(\S+) (\S+) (\S+) (.*)$/.exec(line) ?? [];
      const headers = { "content-type": "application/json", "statefun-type": type };
      const sent = method === "GET" ? { method } : { method, headers, body };
      const response = await runtime.fetch(new Request(`http://shop${path}`, sent));
      if (method === "GET") console.log(`${path} ${await response.text()}`);
      else console.log(`status ${response.status}`);
    }
    await runtime.close();
    isEnded();
  },
});
