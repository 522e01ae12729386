import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { int, string } from "statefun";
import { codecV3 } from "statefun/protocol";
import { beforeAll, describe, expect, it } from "vitest";
import {
  FromFunctionSchema,
  ToFunctionSchema,
  type TypedValue,
  TypedValueSchema,
} from "../gen/v3/request-reply_pb.ts";
import { runCluster } from "./cluster.ts";
import { type Exchange, serveOnNode, watched } from "./node-server.ts";
import { statefun330 } from "./releases.ts";
import type { ClusterResult } from "./result.ts";
import { recordsOf, scriptMessage, scriptOf } from "./script.ts";
import {
  headers,
  pickyMessages,
  poison,
  type Report,
  report,
  scriptedApp,
} from "./scripted-functions.ts";

const name = (last: string) => `statefun.cluster.test/${last}`;

const script = scriptOf([
  scriptMessage(name("timer"), "t", string, "set"),
  scriptMessage(name("headers-origin"), "h", string, "go"),
  scriptMessage(name("flaky"), "f", string, "first"),
  scriptMessage(name("flaky"), "f", string, "second"),
  scriptMessage(name("fan"), "p", string, "go"),
  scriptMessage(name("timer"), "t", string, "cancel"),
]);

/** Two of the headers, two each of the flaky one and its witness, five picked, one refused, the timer's. */
const records = 2 + 2 + 2 + (pickyMessages - 1) + 1 + 1;

describe("functions on StateFun 3.3.0", () => {
  const exchanges: Exchange[] = [];
  const errors: unknown[] = [];
  let result: ClusterResult;

  beforeAll(async () => {
    const app = scriptedApp((error) => errors.push(error));
    const server = await serveOnNode(watched(app, (exchange) => exchanges.push(exchange)));
    try {
      const settings = { records };
      const { url } = server;
      result = await runCluster({ release: statefun330, url, script, settings, timeoutMs: 60_000 });
    } finally {
      await server.close();
    }
  });

  /** What was said about one thing, in the order of its saying. */
  const said = (of: Report["of"]): readonly unknown[] =>
    recordsOf(result, report)
      .filter((record) => record.of === of)
      .map(({ says }) => says);

  /** The batches of `function`, without those that were answered by the states that it has. */
  const batchesOf = (last: string) =>
    exchanges
      .filter(({ status, response }) => status === 200 && isCompleted(response))
      .map(({ request }) => codecV3.decodeRequest(request))
      .filter(({ target }) => target.typename === name(last));

  it("say all that they have to say, without a restart of the job", () => {
    const why = [result.error, ...errors, result.log].join("\n");
    expect(result.verdict, why).toBe("recorded");
    expect(result.records).toHaveLength(records);
    expect(result.restarts).toBe(0);
  });

  it("hand headers from function to function: order, duplicates, nulls and bytes", () => {
    const hex = (value: string | Uint8Array | null) => value && Buffer.from(value).toString("hex");
    const list = headers.map(([key, value]) => [key, value === "" ? "" : hex(value)]);
    expect(said("headers")).toEqual([
      { how: "at once", list },
      { how: "later", list },
    ]);
  });

  it("get the headers in the very bytes in which they were sent", () => {
    const sent = exchanges.flatMap(({ response, status }) =>
      status === 200 ? valuesSent(response) : [],
    );
    const withHeaders = sent.filter(({ metadata }) => metadata.length === headers.length);
    expect(withHeaders).toHaveLength(3);
    for (const value of withHeaders) {
      // Field 4 alone: where a runtime puts what it does not know, beside the fields it does, is its own choice.
      const metadata = toBinary(
        TypedValueSchema,
        create(TypedValueSchema, { metadata: value.metadata }),
      );
      const holds = (bytes: Uint8Array) => Buffer.from(bytes).includes(Buffer.from(metadata));
      expect(exchanges.some(({ response }) => holds(response))).toBe(true);
      const received = exchanges.filter(({ request }) => holds(request));
      expect(received.map(({ request }) => functionOf(request)).sort()).toEqual([
        "headers-relay",
        "headers-sink",
        "headers-sink",
      ]);
    }
  });

  it("are tried again after they threw twice, and count once", () => {
    expect(said("flaky")).toEqual([
      { attempts: 3, count: 1 },
      { attempts: 4, count: 2 },
    ]);
    expect(said("witness")).toEqual(["attempt 3", "attempt 4"]);
    expect(exchanges.filter(({ status }) => status === 500)).toHaveLength(2);
    expect(errors.map(String).filter((text) => text.includes("on purpose"))).toHaveLength(2);
  });

  it("lose one message of a batch to the dead letters, and go on with the rest", () => {
    const batch = batchesOf("picky").find(({ invocations }) =>
      invocations.some(({ argument }) => int.decode(argument.bytes ?? new Uint8Array()) === poison),
    );
    expect(batch?.invocations.length).toBeGreaterThan(1);
    expect(said("picky")).toEqual([
      { number: 1, count: 1 },
      { number: 2, count: 2 },
      { number: 3, count: 3 },
      { number: 5, count: 4 },
      { number: 6, count: 5 },
    ]);
    expect(said("morgue")).toEqual([
      {
        failed: {
          target: { typename: name("picky"), id: "p" },
          caller: { typename: name("fan"), id: "p" },
          typename: int.typename,
          payload: Buffer.from(int.encode(poison)).toString("base64"),
          error: { code: "non_retryable", message: expect.stringContaining("not to be swallowed") },
        },
        number: String(poison),
      },
    ]);
  });

  it("cancel a delayed message that is under way", () => {
    expect(said("timer")).toEqual(["too late for it"]);
  });
});

const isCompleted = (response: Uint8Array) => codecV3.decodeResponse(response).kind === "completed";

const functionOf = (request: Uint8Array) => {
  const { request: member } = fromBinary(ToFunctionSchema, request);
  return member.case === "invocation" ? member.value.target?.type : undefined;
};

/** The values of the messages that an answer sends, at once or later. */
function valuesSent(response: Uint8Array): readonly TypedValue[] {
  const { response: member } = fromBinary(FromFunctionSchema, response);
  if (member.case !== "invocationResult") return [];
  const { outgoingMessages, delayedInvocations } = member.value;
  return [...outgoingMessages, ...delayedInvocations].flatMap(({ argument }) => argument ?? []);
}
