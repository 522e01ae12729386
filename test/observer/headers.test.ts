import {
  egress,
  functionRef,
  type HandlerOptions,
  type HandlingEffect,
  json,
  type Observer,
  requestReplyHandler,
  StatefulFunctions,
  shape,
  string,
} from "statefun";
import { kafkaEgress } from "statefun/kafka";
import { kinesisEgress } from "statefun/kinesis";
import { type Completed, codecV2, codecV3 } from "statefun/protocol";
import { createTestRuntime } from "statefun/testing";
import { describe, expect, it } from "vitest";

const two = functionRef("demo/two", string);
const plain = egress("demo/plain", string);
const topic = kafkaEgress("demo/topic");
const stream = kinesisEgress("demo/stream");

/** Sends one of each kind, with headers of its own if they are given. */
function functionsWith(headers: Record<string, string> | undefined): StatefulFunctions {
  const functions = new StatefulFunctions("demo");
  const options = headers === undefined ? {} : { headers };
  functions.bind("demo/one", { accepts: string }, (context, text) => {
    context.send(two.at("1"), text, options);
    context.sendAfter(5, two.at("1"), text, options);
    context.emit(plain, text, options);
    context.emit(topic, { topic: "t", value: text, ...options });
    context.emit(stream, { stream: "s", partitionKey: "p", value: text });
  });
  return functions;
}

function added(headers: Record<string, string>): Observer & { readonly asked: HandlingEffect[] } {
  const asked: HandlingEffect[] = [];
  return {
    asked,
    handling: () => ({
      headers(effect) {
        asked.push(effect);
        return headers;
      },
    }),
  };
}

const batch = (text: string) => ({
  target: { typename: "demo/one", id: "1" },
  state: new Map(),
  invocations: [
    {
      caller: undefined,
      argument: { typename: string.typename, bytes: string.encode(text), headers: [] },
    },
  ],
});

async function answerOf(
  codec: typeof codecV3,
  observer: Observer & { readonly asked: unknown[] },
  options: HandlerOptions = {},
  text = "go",
  own?: Record<string, string>,
): Promise<Completed> {
  const { asked, ...hooks } = observer;
  const handle = requestReplyHandler(functionsWith(own), { observer: hooks, ...options });
  const init = {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: codec.encodeRequest(batch(text)),
  };
  const response = await handle(new Request("http://localhost/", init));
  const answer = codec.decodeResponse(new Uint8Array(await response.arrayBuffer()));
  if (answer.kind !== "completed") throw new Error(`got ${answer.kind}`);
  return answer;
}

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const named = (value: {
  readonly headers: readonly { key: string; value: Uint8Array | undefined }[];
}) => value.headers.map(({ key, value: bytes }) => `${key}=${text(bytes)}`);

const everything = ({ messages, delayed, egresses }: Completed) => [
  ...messages.map(({ argument }) => argument),
  ...delayed.flatMap((effect) => (effect.kind === "send" ? [effect.argument] : [])),
  ...egresses.map(({ argument }) => argument),
];

describe("headers of an observation", () => {
  it("are those of messages, delayed ones and records on wire v3", async () => {
    const observer = added({ trace: "ü" });
    const answer = await answerOf(codecV3, observer, { kafkaHeaders: "send" });
    expect(everything(answer).map(named)).toEqual([["trace=ü"], ["trace=ü"], ["trace=ü"], [], []]);
    // That of a Kafka record is in its bytes; a Kinesis record has none.
    expect(text(answer.egresses[1]?.argument.bytes)).toContain("trace");
    expect(text(answer.egresses[2]?.argument.bytes)).not.toContain("trace");
    expect(observer.asked).toEqual([
      { kind: "message", typename: "demo/two", headers: [] },
      { kind: "delayed", typename: "demo/two", headers: [] },
      { kind: "record", typename: "demo/plain", headers: [] },
      { kind: "record", typename: "demo/topic", headers: [] },
    ]);
  });

  it("are on no record for Kafka where the cluster would lose them", async () => {
    const observer = added({ trace: "1" });
    const answer = await answerOf(codecV3, observer);
    expect(text(answer.egresses[1]?.argument.bytes)).not.toContain("trace");
    expect(observer.asked.map(({ typename }) => typename)).not.toContain("demo/topic");
  });

  it("are nowhere on wire v2, and nothing is asked for them", async () => {
    const observer = added({ trace: "1" });
    const answer = await answerOf(codecV2, observer, { kafkaHeaders: "send" });
    expect(JSON.stringify(everything(answer).map(({ bytes }) => text(bytes)))).not.toContain(
      "trace",
    );
    expect(observer.asked).toEqual([]);
  });

  it("leave those of the handler as they are, and a trace whole", async () => {
    const observer = added({ a: "theirs", b: "2", traceparent: "new", tracestate: "new" });
    const own = { a: "own", traceparent: "old" };
    const answer = await answerOf(codecV3, observer, { kafkaHeaders: "send" }, "go", own);
    const all = ["a=own", "traceparent=old", "b=2"];
    expect(everything(answer).slice(0, 3).map(named)).toEqual([all, all, all]);
    const record = text(answer.egresses[1]?.argument.bytes);
    expect(record).toContain("old");
    expect(record).not.toContain("new");
    expect(record).not.toContain("theirs");
  });

  it.each([0, 1, 40, 200])("never make a message too large (%i bytes are left)", async (left) => {
    const observer = added({ traceparent: "x".repeat(55) });
    const bare = await answerOf(codecV3, added({}), { kafkaHeaders: "send" }, "y".repeat(500));
    const sizes = everything(bare).map(({ bytes }) => bytes?.length ?? 0);
    // What a message has beside its value: the name of its type and its address.
    const maxMessageBytes = Math.max(...sizes) + 73 + left;
    const options: HandlerOptions = { kafkaHeaders: "send", limits: { maxMessageBytes } };
    const answer = await answerOf(codecV3, observer, options, "y".repeat(500));
    const has = everything(answer).map(
      ({ bytes, headers }) => headers.length > 0 || text(bytes).includes("traceparent"),
    );
    expect(everything(answer)).toHaveLength(5);
    if (left === 0) expect(has).toEqual([false, false, false, false, false]);
    if (left === 200) expect(has).toEqual([true, true, true, true, false]);
  });

  it("are left alone where they are no text, or the observer throws", async () => {
    const errors: unknown[] = [];
    const { asked, ...hooks } = added({});
    const handling = () => ({
      run: <T>(run: () => T): T => {
        run();
        throw new Error("after");
      },
      headers: (): never => {
        throw new Error("no headers");
      },
      ended: (): never => {
        throw new Error("no end");
      },
    });
    const answer = await answerOf(
      codecV3,
      { ...hooks, handling, asked },
      { onError: (error) => void errors.push(error) },
    );
    expect(everything(answer).map(named)).toEqual([[], [], [], [], []]);
    expect(errors).toHaveLength(1);
  });
});

describe("handling", () => {
  const events = () => {
    const seen: unknown[] = [];
    const observer: Observer = {
      handling: (event) => {
        seen.push(event);
        return { ended: ({ outcome, error }) => void seen.push([outcome, String(error)]) };
      },
    };
    return { seen, observer };
  };

  it("tells each message with its attempt, and how each one ended", async () => {
    const { seen, observer } = events();
    const functions = new StatefulFunctions("demo");
    let failures = 1;
    const last = functions.bind("demo/last", { accepts: string }, async () => {
      await Promise.resolve();
      if (failures-- > 0) throw new Error("once");
    });
    const first = functions.bind("demo/one", { accepts: string }, (context, text) => {
      context.send(last.at("2"), text);
    });
    await using runtime = await createTestRuntime(functions, { observer });
    const receipt = await runtime.send(first.at("1"), "go");
    await runtime.advance(10_000);
    const [engine] = receipt.id.split("-");
    const handled = (typename: string, to: string, caller: unknown, attempt: number) => {
      const id = caller === undefined ? receipt.id : `${engine}-2`;
      return {
        engine: "test",
        address: { typename, id: to },
        messages: [{ id, typename: string.typename, caller, headers: [], bytes: 4, attempt }],
        isRemote: false,
      };
    };
    const one = { typename: "demo/one", id: "1" };
    expect(seen).toEqual([
      handled("demo/one", "1", undefined, 1),
      ["completed", "undefined"],
      handled("demo/last", "2", one, 1),
      ["failed", "Error: once"],
      handled("demo/last", "2", one, 2),
      ["completed", "undefined"],
    ]);
  });

  it("knows no attempts on a cluster, and tells nothing of a batch that cannot run", async () => {
    const { seen, observer } = events();
    const functions = new StatefulFunctions("demo");
    functions.bind("demo/one", { accepts: string, state: { count: string } }, () => {});
    const handle = requestReplyHandler(functions, { observer });
    const post = (state: Map<string, undefined>) =>
      handle(
        new Request("http://localhost/", {
          method: "POST",
          headers: { "content-type": "application/octet-stream" },
          body: codecV3.encodeRequest({ ...batch("go"), state }),
        }),
      );
    await post(new Map());
    expect(seen).toEqual([]);
    await post(new Map([["count", undefined]]));
    expect(seen).toMatchObject([
      { engine: "flink", messages: [{ attempt: undefined }] },
      ["completed", "undefined"],
    ]);
  });

  it("tells a message that cannot be read as a failure", async () => {
    const { seen, observer } = events();
    const functions = new StatefulFunctions("demo");
    functions.bind(
      "demo/one",
      { accepts: json("demo/Login", shape<{ user: string }>()) },
      () => {},
    );
    const handle = requestReplyHandler(functions, { observer, onError: () => {} });
    const argument = { typename: "demo/Login", bytes: new Uint8Array([0xff]), headers: [] };
    const invocations = [{ caller: undefined, argument }];
    const body = codecV3.encodeRequest({ ...batch("go"), invocations });
    const headers = { "content-type": "application/octet-stream" };
    await handle(new Request("http://localhost/", { method: "POST", headers, body }));
    expect(seen).toMatchObject([
      { messages: [{ typename: "demo/Login", bytes: 1 }] },
      ["failed", expect.stringContaining("cannot be read")],
    ]);
  });
});
