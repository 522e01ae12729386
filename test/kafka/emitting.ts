import { StatefulFunctions, string } from "statefun";
import { kafkaEgress } from "statefun/kafka";
import { type KafkaDeliveryOptions, kafkaDelivery } from "statefun/kafka-connector";
import { createRuntime, type Runtime } from "statefun/runtime";
import type { Trouble } from "./hosts.ts";

export const out = kafkaEgress("test/out");

/** Emits what it is told to, as JSON of a record. */
export function emitting() {
  const functions = new StatefulFunctions();
  const ref = functions.bind("test/emitting", { accepts: string }, (context, text) => {
    for (const record of JSON.parse(text)) context.emit(out, record);
  });
  return { functions, to: ref.at("1") };
}

/** A runtime that delivers what it is told to emit. */
export async function delivering(options: KafkaDeliveryOptions) {
  const { functions, to } = emitting();
  const errors: string[] = [];
  const runtime = await createRuntime({
    modules: [functions],
    egresses: [kafkaDelivery(out, options)],
    http: { authenticate: "none" },
    onError: (error) => void errors.push(Object(error).message),
  });
  const emit = (records: readonly object[]) => runtime.send(to, JSON.stringify(records));
  return { runtime, emit, errors };
}

/** The health of the only egress. */
export async function egressHealth(runtime: Runtime): Promise<{
  readonly typename: string;
  readonly status: string;
  readonly reason?: string;
  readonly troubles: readonly Trouble[];
}> {
  const answer = await runtime.fetch(new Request("http://localhost/health"));
  return Object(await answer.json()).egresses[0];
}
