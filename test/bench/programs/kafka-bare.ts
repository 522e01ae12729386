import { Consumer, Producer } from "@platformatic/kafka";
import { inTopic, outTopic } from "../kafka/app.ts";

/** `kafka-bare.ts BROKERS GROUP`: from topic to topic through nothing but the client, until it is killed. */
const [, , brokers = "", groupId = ""] = process.argv;
const client = { clientId: "bare", bootstrapBrokers: [brokers] };
const consumer = new Consumer({ ...client, groupId });
const producer = new Producer({ ...client, idempotent: true });
const stream = await consumer.consume({
  topics: [inTopic],
  mode: "earliest",
  highWaterMark: 4_096,
});
/** What has come while the last page was on its way, up to so many. */
const largestPage = 1_000;
const page: { topic: string; key: Buffer; value: Buffer }[] = [];
let isSending = false;
async function send(): Promise<void> {
  isSending = true;
  while (page.length > 0) await producer.send({ messages: page.splice(0, largestPage) });
  isSending = false;
}
for await (const { key, value } of stream) {
  page.push({ topic: outTopic, key, value });
  if (isSending) {
    if (page.length > 4 * largestPage) await new Promise((resolve) => setImmediate(resolve));
  } else void send();
}
