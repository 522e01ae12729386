import type { Release } from "../releases.ts";
import { counter, Numbered } from "./app.ts";

export interface MovingModule {
  readonly brokers: string;
  readonly url: string;
  /** Whether records are counted: a cluster that only takes states does not. */
  readonly withNumbers: boolean;
}

const topics = (from: string, valueType: string) => [
  { topic: from, valueType, typeUrl: valueType, targets: [counter.typename] },
];
/** The topics for requests have one function as their target. */
const requests = [
  ...topics("export.moving.counter", "statefun.migration/export"),
  ...topics("import.moving.counter", "statefun.migration/import"),
];
const numbers = topics("numbers", Numbered.typename);

/** The module file of the cluster that is moved, or moved to. JSON is YAML. */
export function movingModule(release: Release, module: MovingModule): string {
  const documents = release.wire === "v3" ? documentsV3(module) : [documentV2(module)];
  return documents.map((document) => `---\n${JSON.stringify(document, null, 2)}\n`).join("");
}

function kafka(id: string, brokers: string, from: readonly unknown[]) {
  return {
    id,
    address: brokers,
    consumerGroupId: id.replace("/", "-"),
    // Where the one before has stopped, whether it was a cluster or an engine of ours.
    startupPosition: { type: "group-offsets" },
    autoOffsetResetPosition: "earliest",
    topics: from,
  };
}

function documentsV3({ brokers, url, withNumbers }: MovingModule): readonly unknown[] {
  const ingress = (id: string, from: readonly unknown[]) => ({
    kind: "io.statefun.kafka.v1/ingress",
    spec: kafka(id, brokers, from),
  });
  return [
    {
      kind: "io.statefun.endpoints.v2/http",
      spec: { functions: "moving/*", urlPathTemplate: url },
    },
    ingress("moving/requests", requests),
    ...(withNumbers ? [ingress("moving/numbers", numbers)] : []),
    { kind: "io.statefun.kafka.v1/egress", spec: { id: "moving/records", address: brokers } },
  ];
}

/** On wire v2 the states are declared here. */
function documentV2({ brokers, url, withNumbers }: MovingModule): unknown {
  const ingress = (id: string, from: readonly unknown[]) => ({
    ingress: {
      meta: { type: "statefun.kafka.io/routable-protobuf-ingress", id },
      spec: kafka(id, brokers, from),
    },
  });
  const states = ["count", "wrong", "note"].map((name) => ({ name }));
  const ingresses = [
    ingress("moving/requests", requests),
    ...(withNumbers ? [ingress("moving/numbers", numbers)] : []),
  ];
  const spec = {
    functions: [
      {
        function: {
          meta: { kind: "http", type: counter.typename },
          spec: { endpoint: url, states },
        },
      },
    ],
    ingresses,
    egresses: [
      {
        egress: {
          meta: { type: "statefun.kafka.io/generic-egress", id: "moving/records" },
          spec: { address: brokers, deliverySemantic: { type: "at-least-once" } },
        },
      },
    ],
  };
  return { version: "2.0", module: { meta: { type: "remote" }, spec } };
}
