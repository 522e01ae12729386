import { defineModule, json, StatefulFunctions, shape } from "statefun";
import { kafkaEgress } from "statefun/kafka";
import { kafkaDelivery, kafkaIngress } from "statefun/kafka-connector";
import { createRuntime, memoryStore } from "statefun/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SecuredBroker, startSecuredBroker, user } from "./secured-broker.ts";
import { read, write } from "./topics.ts";

let broker: SecuredBroker;
beforeAll(async () => {
  broker = await startSecuredBroker();
});
afterAll(() => broker.stop());

type Connection = Parameters<typeof kafkaDelivery>[1];

/** Passes on what comes in, over one connection both ways. */
async function passing(name: string, connection: Connection, inTopic = `${name}-in`) {
  const Note = json("test/Note", shape<string>());
  const out = kafkaEgress("test/out");
  const functions = new StatefulFunctions();
  const pass = functions.bind("test/pass", { accepts: Note }, (context, text) => {
    context.emit(out, { topic: `${name}-out`, key: context.self.id, value: `${text} passed` });
  });
  const ingress = kafkaIngress("test/in", {
    ...connection,
    topics: [inTopic],
    consumerGroup: name,
    value: Note,
    targets: [pass],
    startupPosition: "earliest",
  });
  const errors: string[] = [];
  const runtime = await createRuntime({
    modules: [functions, defineModule({ name: "kafka", ingresses: [ingress] })],
    store: memoryStore(),
    egresses: [kafkaDelivery(out, connection)],
    http: { authenticate: "none" },
    onError: (error) => void errors.push(Object(error).message),
  });
  const health = async () =>
    Object(await (await runtime.fetch(new Request("http://localhost/health"))).json());
  return { runtime, errors, health, send: () => runtime.send(pass.at("k"), "sent") };
}

const jaas = (password: string) =>
  `org.apache.kafka.common.security.plain.PlainLoginModule required username="${user.username}" password="${password}";`;
const trust = (certificate: string) => ({
  "ssl.truststore.type": "PEM",
  "ssl.truststore.certificates": certificate,
});

describe("a secured broker is reached, in and out", () => {
  const ways: [string, () => Connection][] = [
    ["tls", () => ({ brokers: broker.tls, tls: { ca: broker.certificate } })],
    [
      "tls-by-properties",
      () => ({
        brokers: broker.tls,
        properties: { "security.protocol": "SSL", ...trust(broker.certificate) },
      }),
    ],
    ["sasl", () => ({ brokers: broker.sasl, sasl: { mechanism: "PLAIN", ...user } })],
    [
      "sasl-over-tls",
      () => ({
        brokers: broker.saslOverTls,
        tls: { ca: broker.certificate },
        sasl: { mechanism: "PLAIN", ...user },
      }),
    ],
    [
      "sasl-over-tls-by-properties",
      () => ({
        brokers: broker.saslOverTls,
        properties: {
          "security.protocol": "SASL_SSL",
          "sasl.mechanism": "PLAIN",
          "sasl.jaas.config": jaas(user.password),
          ...trust(broker.certificate),
        },
      }),
    ],
  ];
  it.for(ways)("by %s", async ([name, connection]) => {
    await broker.createTopic(`${name}-in`, 1);
    await broker.createTopic(`${name}-out`, 1);
    const { runtime, errors } = await passing(name, connection());
    await write(broker.brokers, [{ topic: `${name}-in`, key: "k", value: '"one"' }]);
    expect(await read(broker.brokers, `${name}-out`, 1)).toMatchObject([{ value: "one passed" }]);
    expect(errors).toEqual([]);
    await runtime.close();
  });
});

describe("a secured broker that does not let somebody in says why, and everything waits", () => {
  const wrong: [string, () => Connection, RegExp][] = [
    [
      "a wrong password",
      () => ({
        brokers: broker.sasl,
        sasl: { mechanism: "PLAIN", ...user, password: "wrong" },
      }),
      /failed: SASL authentication failed/,
    ],
    [
      "a wrong password by properties",
      () => ({
        brokers: broker.sasl,
        properties: {
          "security.protocol": "SASL_PLAINTEXT",
          "sasl.mechanism": "PLAIN",
          "sasl.jaas.config": jaas("wrong"),
        },
      }),
      /failed: SASL authentication failed/,
    ],
    [
      "a certificate that nobody trusts",
      () => ({ brokers: broker.tls, tls: {} }),
      /failed: self-signed certificate/,
    ],
    ["TLS that is missing", () => ({ brokers: broker.tls }), /Broker requires TLS/],
    [
      "TLS where there is none",
      () => ({ brokers: broker.brokers, tls: { ca: broker.certificate } }),
      /failed: TLS handshake failed\. Please verify the broker supports TLS/,
    ],
    // All that a client is told.
    ["a name that is missing", () => ({ brokers: broker.sasl }), /Connection closed/],
  ];
  it.for(wrong)("%s", async ([_, connection, reason]) => {
    const { runtime, errors, health, send } = await passing("wrong", connection());
    await send();
    const reportOf = (start: string) => errors.find((one) => one.startsWith(start)) ?? "nothing";
    const patience = { timeout: 60_000 };
    await expect.poll(() => reportOf("ingress test/in: "), patience).toMatch(reason);
    await expect
      .poll(() => reportOf("records of test/out were not accepted: "), patience)
      .toMatch(reason);
    const { ingresses } = await health();
    expect(ingresses).toMatchObject([{ status: "waiting", reason: expect.stringMatching(reason) }]);
    // Until somebody mends it.
    expect(await runtime.deadLetters.list()).toEqual([]);
    await runtime.close({ drainMs: 0 });
    expect(errors.join()).not.toContain(user.password);
    expect(errors.join()).not.toContain("wrong");
  });
});
