import { bytes, int, json, NonRetryableError, StatefulFunctions, shape, string } from "statefun";
import { type Client, type ClientOptions, createClient } from "statefun/client";
import { serve } from "statefun/node";
import { createRuntime, type Runtime, type RuntimeOptions } from "statefun/runtime";
import { closing } from "./support.ts";

export const blob = bytes("client/blob");
export const Note = json("client/Note", shape<{ readonly text: string }>());

const functions = new StatefulFunctions("client");

export const counter = functions.bind(
  "client/counter",
  { accepts: int, replies: int, state: { total: { type: int, initial: 0 } } },
  (context, amount) => {
    context.state.total += amount;
    if (context.caller !== undefined) context.reply(context.state.total);
  },
);

const kinds = [string, int, Note, blob] as const;
export const echo = functions.bind(
  "client/echo",
  { accepts: kinds, replies: kinds },
  (context, message) => {
    if (context.caller !== undefined) context.reply(message);
  },
);

/** Its id, and the headers that it got. */
export const mirror = functions.bind(
  "client/mirror",
  {
    accepts: string,
    replies: json("client/Mirrored", shape<{ id: string; headers: unknown[] }>()),
  },
  (context) => {
    const headers = [...context.headers].map(([name, value]) => [
      name,
      Buffer.from(value ?? []).toString(),
    ]);
    context.reply({ id: context.self.id, headers });
  },
);

export const silent = functions.bind(
  "client/silent",
  { accepts: string, replies: string },
  () => {},
);

export const failing = functions.bind("client/failing", { accepts: string }, () => {
  throw new NonRetryableError("it can never be");
});

export const slow = functions.bind("client/slow", { accepts: int }, async (_, ms) => {
  await new Promise((resolve) => setTimeout(resolve, ms));
});

const notText = bytes(string.typename);

/** Answers with what HTTP cannot carry, or what is not what its type says. */
export const odd = functions.bind("client/odd", { accepts: string }, (context, kind) => {
  if (kind === "broken") context.reply(notText.of(Uint8Array.of(10, 2, 0xff, 0xfe)));
  else context.reply(bytes(`client/${kind}`).of(new Uint8Array(1)));
});

export const unexposed = functions.bind("client/unexposed", { accepts: string }, () => {});

export const credentials = { authorization: "Bearer let-me-in" };

export interface Started {
  readonly runtime: Runtime;
  readonly url: string;
  readonly client: Client;
}

/** A runtime behind a real server, and a client of it. Both end with the test. */
export async function started(
  options: Partial<ClientOptions> = {},
  limits: RuntimeOptions["limits"] = {},
  http: RuntimeOptions["http"] = {},
): Promise<Started> {
  const runtime = await createRuntime({
    modules: [functions],
    limits,
    http: {
      expose: [counter, echo, mirror, silent, failing, odd, slow],
      authenticate: (request) => request.headers.get("authorization") === credentials.authorization,
      ...http,
    },
    onError: () => {},
  });
  const server = await serve({ fetch: runtime.fetch, port: 0 });
  closing(async () => {
    await runtime.close({ drainMs: 0 });
    await server.close();
  });
  const url = `http://127.0.0.1:${server.port}`;
  return { runtime, url, client: createClient({ url, headers: credentials, ...options }) };
}
