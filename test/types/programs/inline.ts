/** Everything is made where it is given: what an option expects must not change what is made. */
import { Hono } from "hono";
import {
  defineModule,
  egress,
  functionRef,
  int,
  invocationHandler,
  json,
  keep,
  type Module,
  requestReplyHandler,
  StatefulFunctions,
  shape,
  string,
} from "statefun";
import { createClient } from "statefun/client";
import {
  type DurableObjectEngine,
  type DurableObjectNamespaceLike,
  durableObjectEngine,
} from "statefun/durable-object";
import { encrypted, encryptionKeys } from "statefun/encryption";
import { statefun } from "statefun/hono";
import { httpDelivery } from "statefun/http";
import { kafkaEgress } from "statefun/kafka";
import { kafkaDelivery, kafkaIngress } from "statefun/kafka-connector";
import { migratable } from "statefun/migration";
import { describeModule } from "statefun/module";
import { createRuntime, type Runtime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { createTestRuntime, stub, type TestRuntime } from "statefun/testing";

interface Env {
  readonly greeting: string;
}
interface Order {
  readonly id: string;
}
const env: Env = { greeting: "Hello" };

export const runtimes: readonly Promise<Runtime>[] = [
  createRuntime({ modules: new StatefulFunctions() }),
  createRuntime({ modules: [new StatefulFunctions()] }),
  createRuntime({ modules: [new StatefulFunctions("named")], env }),
  createRuntime({ modules: [new StatefulFunctions<Env>()], env }),
  createRuntime({ modules: [new StatefulFunctions<Env>(), new StatefulFunctions()], env }),
  createRuntime({ modules: [defineModule({ name: "m", functions: [new StatefulFunctions()] })] }),
  createRuntime({
    modules: defineModule({ name: "m", functions: [new StatefulFunctions<Env>()] }),
    env,
  }),
  createRuntime({
    modules: [
      defineModule({
        name: "whole",
        functions: [new StatefulFunctions("inner")],
        endpoints: [
          {
            functions: [
              functionRef("py/scorer", string, { replies: int }),
              functionRef("py/any"),
              "py/*",
            ],
            urlPathTemplate: "http://localhost/",
          },
        ],
        ingresses: [
          kafkaIngress("inline/in", {
            brokers: "localhost:9092",
            topics: ["orders"],
            consumerGroup: "inline",
            value: json("inline/Order", shape<Order>()),
            route: ({ value }, { send }) =>
              send(functionRef("inline/taken", string).at(value.id), value.id),
          }),
        ],
        egresses: [
          keep(egress("inline/kept", string)),
          egress("inline/orders", json("inline/Order", shape<Order>())).to((records) => {
            const ids: readonly string[] = records.map(({ value }) => value.id);
            console.log(ids);
          }),
          httpDelivery(egress("inline/http", json("inline/Order", shape<Order>())), {
            url: ({ id }) => `http://localhost/${id}`,
          }),
          kafkaDelivery(kafkaEgress("inline/topic"), { brokers: "localhost:9092" }),
        ],
      }),
    ],
    store: sqliteStore(":memory:"),
    egresses: [keep(egress("inline/more", [string, int]))],
    http: { expose: [functionRef("inline/taken", string), egress("inline/kept", string)] },
  }),
];

export const defined: Module = defineModule({ name: "m", functions: [new StatefulFunctions()] });
export const wants: Module<Env> = defineModule({
  name: "wants",
  functions: [new StatefulFunctions<Env>(), new StatefulFunctions()],
});

export const tests: readonly Promise<TestRuntime>[] = [
  createTestRuntime(new StatefulFunctions()),
  createTestRuntime([new StatefulFunctions()]),
  createTestRuntime([new StatefulFunctions()], {
    stubs: [
      stub(
        functionRef("far/remote", json("far/Order", shape<Order>()), { replies: string }),
        (context, { id }) => context.reply(id),
      ),
    ],
  }),
  createTestRuntime([new StatefulFunctions<Env>(), new StatefulFunctions()], { env }),
];

const request = new Request("http://localhost/");
export const answers: readonly Promise<Response>[] = [
  requestReplyHandler(new StatefulFunctions())(request),
  requestReplyHandler([new StatefulFunctions()])(request),
  requestReplyHandler([new StatefulFunctions<Env>()], { env })(request),
  requestReplyHandler([new StatefulFunctions<Env>()])(request, env),
  migratable(new StatefulFunctions(), { egress: "inline/moved" })(request),
  migratable([new StatefulFunctions()], { egress: "inline/moved" })(request),
];
export const bytes = invocationHandler([new StatefulFunctions()])(new Uint8Array());
export const app = new Hono()
  .post("/one", statefun(new StatefulFunctions()))
  .post("/list", statefun([new StatefulFunctions()]));
export const text: string = describeModule([new StatefulFunctions()], {
  urlPathTemplate: "http://localhost/",
});

interface Bindings extends Env {
  readonly STATEFUN: DurableObjectNamespaceLike;
}
export const engines: readonly DurableObjectEngine<Bindings>[] = [
  durableObjectEngine<Bindings>({ modules: new StatefulFunctions(), binding: "STATEFUN" }),
  durableObjectEngine<Bindings>({
    modules: [
      new StatefulFunctions(),
      new StatefulFunctions<Env>(),
      defineModule({ name: "m", functions: [new StatefulFunctions()] }),
    ],
    binding: "STATEFUN",
    egresses: [keep(egress("inline/kept", string))],
    http: { expose: [functionRef("inline/taken", string)] },
  }),
  durableObjectEngine({ modules: [new StatefulFunctions<Bindings>()], binding: "STATEFUN" }),
];

/** Types and states, made where they are given. */
export const bound = new StatefulFunctions().bind(
  "inline/bound",
  {
    accepts: [json("inline/Order", shape<Order>()), int],
    replies: json("inline/Order", shape<Order>()),
    state: {
      last: json("inline/Order", shape<Order>()),
      list: { type: json("inline/List", shape<readonly string[]>()), initial: [] },
      secret: encrypted(
        json("inline/Secret", shape<Order>()),
        encryptionKeys({ current: "k", keys: { k: new Uint8Array(32) } }),
      ),
    },
  },
  (context, message) => {
    if (message.is(int)) {
      const count: number = message.value;
      context.state.list = [...context.state.list, `${count}`];
    }
    const id: string | undefined = context.state.last?.id;
    context.emit(egress("inline/ids", string), id ?? context.state.secret?.id ?? "none");
    context.send(functionRef("inline/other", json("inline/Order", shape<Order>())).at("1"), {
      id: "1",
    });
    context.reply({ id: "1" });
  },
);

export async function calls(runtime: Runtime): Promise<number> {
  await runtime.send(functionRef("inline/other", json("inline/Order", shape<Order>())).at("1"), {
    id: "1",
  });
  const client = createClient({ url: "http://localhost:8080" });
  const { id } = await client.call(bound.at("1"), int.of(1));
  const score = await client.call(
    functionRef("py/scorer", string, { replies: int }).at(id),
    "text",
  );
  return score + 1;
}
