import { invocationHandler, StatefulFunctions } from "statefun";
import { kafkaEgress } from "statefun/kafka";
import { codecV3 } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { coverageOf } from "./coverage.ts";
import {
  checkDeviations,
  expectationOf,
  expectRefusal,
  groupByCase,
  isRedundant,
  type Outcomes,
  sdkOf,
} from "./expectation.ts";
import { bytesFromHex, expand, type Hex, hexFromBytes, type Item, type Json } from "./fixtures.ts";
import {
  type HeaderMeaning,
  normalize,
  type RequestMeaning,
  type ResponseMeaning,
} from "./meaning.ts";
import { batchFromMeaning, outcomeFromMeaning } from "./model.ts";
import { requestMeaning, responseMeaning } from "./oracle.ts";
import { type ExchangeItem, runProgram } from "./program.ts";

interface KafkaMeaning {
  readonly key: string;
  readonly value_bytes: string;
  readonly topic: string;
  readonly headers: readonly HeaderMeaning[];
}
interface MessageItem extends Item {
  readonly hex: Hex;
  readonly words: string;
  /** null when the fork's parser refuses the bytes. */
  readonly meaning: (RequestMeaning & ResponseMeaning & KafkaMeaning) | null;
}
type MetadataItem = MessageItem | ExchangeItem;

const file = "metadata.json";
const coverage = coverageOf<MetadataItem>(file);

const isExchange = (item: MetadataItem): item is ExchangeItem => item.kind === "exchange";

const exchanges = new Map(
  [...groupByCase(coverage.items.filter(isExchange))].map(([name, items]) => [
    name,
    outcomesOf(items),
  ]),
);

function outcomesOf(items: readonly ExchangeItem[]): Outcomes {
  const outcomes = new Map<string, Json | undefined>();
  for (const { producer, response, rejectedBy } of items) {
    for (const sdk of Object.keys(rejectedBy ?? {})) outcomes.set(sdk, undefined);
    // A meaning is JSON by construction.
    if (response) outcomes.set(sdkOf(producer), normalize(expand(response.meaning as Json)));
  }
  return outcomes;
}

function testRequest(item: MessageItem): void {
  const { meaning } = item;
  const decode = () => codecV3.decodeRequest(bytesFromHex(item.hex));
  if (meaning === null) {
    coverage.test(item, `refuses ${item.name}: ${item.words}`, () =>
      expectRefusal(decode, "malformed_request"),
    );
    return;
  }
  coverage.test(item, `reads and writes ${item.name}: ${item.words}`, () => {
    const batch = decode();
    expect(batch).toEqual(batchFromMeaning(meaning, item.wire));
    const written = codecV3.encodeRequest(batch);
    expect(codecV3.decodeRequest(written)).toEqual(batch);
    // Odd bytes were composed by hand: nobody writes them.
    if (!item.name.startsWith("odd/")) expect(hexFromBytes(written)).toBe(item.hex);
  });
}

function testResponse(item: MessageItem): void {
  coverage.test(item, `reads and writes ${item.name}: ${item.words}`, () => {
    const outcome = codecV3.decodeResponse(bytesFromHex(item.hex));
    expect(outcome).toEqual(outcomeFromMeaning(item.meaning ?? {}, item.wire));
    expect(hexFromBytes(codecV3.encodeResponse(outcome))).toBe(item.hex);
  });
}

/** Any request will do for a function that emits the record. */
const someRequest = codecV3.encodeRequest({
  target: { typename: "golden.fns/worker", id: "1" },
  state: new Map(),
  invocations: [
    {
      caller: undefined,
      argument: { typename: "x/y", bytes: new Uint8Array(0), headers: [] },
    },
  ],
});

function emitter({ key, topic, value_bytes: value, headers }: KafkaMeaning): StatefulFunctions {
  const functions = new StatefulFunctions();
  functions.bind("golden.fns/worker", (context) => {
    context.emit(kafkaEgress("golden.egress/kafka"), {
      key,
      topic,
      value: bytesFromHex(value),
      headers: headers.map((header): [string, Uint8Array | null] => [
        header.key,
        header.has_value ? bytesFromHex(header.value) : null,
      ]),
    });
  });
  return functions;
}

function testRecord(item: MessageItem): void {
  coverage.test(item, `emits ${item.name}: ${item.words}`, async () => {
    const { meaning } = item;
    if (meaning === null) expect.fail("a record without a meaning");
    const handle = invocationHandler(emitter(meaning), { kafkaHeaders: "send", onError: () => {} });
    const { invocation_result: result } = responseMeaning(await handle(someRequest), "v3");
    expect(result?.outgoing_egresses[0]?.argument?.value).toBe(item.hex);
  });
}

/** The message that the program echoes, as the fork's schema reads it: with its metadata. */
function argumentOf(item: ExchangeItem) {
  const { invocation } = requestMeaning(bytesFromHex(item.request.hex), item.wire);
  return invocation?.invocations[0]?.argument;
}

function testExchange(item: ExchangeItem): void {
  const outcomes = exchanges.get(item.case) ?? new Map();
  const expectation = expectationOf(file, item.case, outcomes, "js");
  if ("refuse" in expectation) {
    const { refuse } = expectation;
    coverage.test(item, `refuses ${item.name}`, () =>
      expectRefusal(() => runProgram(item), refuse),
    );
    return;
  }
  coverage.test(item, `echoes the message of ${item.name} with its metadata`, async () => {
    const { invocation_result: result } = responseMeaning(await runProgram(item), item.wire);
    const messages = result?.outgoing_messages ?? [];
    expect(messages[0]?.argument).toEqual(argumentOf(item));
    // All but the metadata is as in the official SDKs.
    const plain = messages.map((message) => {
      return { ...message, argument: { ...message.argument, metadata: [] } };
    });
    const official = { invocation_result: { ...result, outgoing_messages: plain } };
    expect(normalize(official)).toEqual(expectation.give);
  });
}

describe(file, () => {
  for (const item of coverage.items) {
    if (isExchange(item)) testExchange(item);
    else if (item.kind === "request") testRequest(item);
    else if (item.kind === "response") testResponse(item);
    else if (item.kind === "egress-record") testRecord(item);
  }

  it("refuses a Kafka record with headers unless the option says that the cluster knows them", async () => {
    const item = coverage.items.find(({ name }) => name === "kafka-record/two") as MessageItem;
    const handle = invocationHandler(emitter(item.meaning as KafkaMeaning), { onError: () => {} });
    await expectRefusal(() => handle(someRequest), "unsupported_by_wire");
  });

  checkDeviations(file, (deviation) => {
    const outcomes = exchanges.get(deviation.case);
    return outcomes && !isRedundant(deviation, outcomes, "js");
  });
  coverage.check(100);
});
