import type { StartableIngress } from "../../../engine/contract/ingress-host.ts";
import {
  assertFunction,
  assertKnownKeys,
  assertNonEmpty,
  assertUserTypename,
  invalid,
  isRecord,
} from "../../../internal/assert.ts";
import { show } from "../../../internal/show.ts";
import type { Ingress } from "../../../sdk/modules/define-module.ts";
import type { Typename } from "../../../sdk/types/type.ts";
import { connectionKeys, resolveConnection } from "../client/connection.ts";
import { loadClient } from "../client/load-client.ts";
import { consumerProperties } from "../client/properties.ts";
import { isTopic, topicRule } from "../client/topic-name.ts";
import type { IngressSettings, StartupPosition } from "../ingress-settings.ts";
import { claimsOf } from "./claims.ts";
import { descriptionOf, resetAt } from "./ingress-description.ts";
import type { KafkaIngressOptions, KafkaRouting } from "./ingress-options.ts";
import { resolveOnInvalid } from "./invalid-records.ts";
import { openRecordsOf } from "./open-records.ts";
import { routeByCode, routeToTargets } from "./record-routes.ts";
import { KafkaIngressRun } from "./running-ingress.ts";

/**
 * Takes the records of topics in, each exactly once: its messages and its position are committed together.
 *
 * `targets`: to the instance named by the record's key, as module.yaml routes; an empty key is the id "". Headers of
 * the record become headers of the message. `route`: a router in code, which is given a record at least once, in the order
 * of its partition, and has to do the same each time.
 *
 * @example
 * ```ts
 * import { functionRef, string } from "statefun";
 * import { kafkaIngress, utf8 } from "statefun/kafka-connector";
 *
 * const greeter = functionRef("demo/greeter", string);
 *
 * // For `defineModule({ name: "kafka", ingresses: [names] })`.
 * export const names = kafkaIngress("demo/names", {
 *   brokers: "127.0.0.1:9092",
 *   consumerGroup: "greeter",
 *   topics: ["names"],
 *   value: utf8,
 *   // The key of a record is the id of the instance.
 *   targets: [greeter],
 * });
 * ```
 */
export function kafkaIngress<V>(
  typename: Typename,
  options: KafkaIngressOptions<V> & KafkaRouting<V>,
): Ingress {
  const settings = resolveIngress(typename, options);
  return { typename, "~ingress": { ...startable(settings), ...descriptionOf(typename, options) } };
}

/** What a runtime starts. `connector` marks it for programs that start no connectors: it reads from outside. */
export function startable(
  settings: IngressSettings,
): StartableIngress & { readonly connector: "kafka" } {
  return {
    connector: "kafka",
    claims: claimsOf(settings),
    async start(host) {
      const kafka = await loadClient(`ingress ${settings.typename}`);
      const run = new KafkaIngressRun(settings, kafka, host);
      run.start();
      return run;
    },
  };
}

function resolveIngress<V>(
  typename: Typename,
  options: KafkaIngressOptions<V> & KafkaRouting<V>,
): IngressSettings {
  assertUserTypename(typename, "the typename of an ingress");
  const what = `ingress ${typename}`;
  const own = ["topics", "consumerGroup", "value", "startupPosition", "autoOffsetResetPosition"];
  const known = [...connectionKeys, ...own, "onInvalid", "targets", "route"];
  assertKnownKeys(options, known, `the options of ${what}`);
  const { topics, consumerGroup, value, startupPosition = "latest" } = options;
  const { autoOffsetResetPosition = resetAt(options.startupPosition), onInvalid = "fail" } =
    options;
  if (!Array.isArray(topics) || topics.length === 0) {
    throw invalid(`topics of ${what} must be a list of names, got ${show(topics)}`);
  }
  for (const topic of topics) assertTopic(topic, what);
  assertNonEmpty(consumerGroup, `consumerGroup of ${what}`);
  if (!isRecord(value) || typeof value.decode !== "function") {
    throw invalid(`value of ${what} must be a type, utf8 or raw, got ${show(value)}`);
  }
  assertStartupPosition(startupPosition, what);
  assertTopics(topics, startupPosition, what);
  if (autoOffsetResetPosition !== "earliest" && autoOffsetResetPosition !== "latest") {
    const got = show(autoOffsetResetPosition);
    throw invalid(`autoOffsetResetPosition of ${what} must be "earliest" or "latest", got ${got}`);
  }
  const of = {
    typename: value.typename,
    route: routeOf(options, what),
    open: openRecordsOf(value),
  };
  return {
    typename,
    connection: resolveConnection(options, consumerProperties(), what),
    group: consumerGroup,
    topics: new Map(topics.map((topic) => [topic, of])),
    startupPosition,
    autoOffsetReset: autoOffsetResetPosition,
    onInvalid: resolveOnInvalid(onInvalid, typename),
  };
}

function routeOf<V>(
  { value, targets, route }: KafkaIngressOptions<V> & KafkaRouting<V>,
  what: string,
): ReturnType<typeof routeToTargets> {
  if ((targets === undefined) === (route === undefined)) {
    throw invalid(`${what} must have either targets or a route`);
  }
  if (route !== undefined) {
    assertFunction(route, `route of ${what}`);
    return routeByCode(value, route);
  }
  const given: unknown = targets;
  const isList = Array.isArray(given) && given.length > 0;
  if (!isList || given.some((one) => typeof Object(one).typename !== "string")) {
    throw invalid(`targets of ${what} must be a list of functions, got ${show(given)}`);
  }
  return routeToTargets(value, targets ?? []);
}

function assertTopic(topic: unknown, what: string): void {
  if (isTopic(topic)) return;
  throw invalid(`a topic of ${what} must have ${topicRule}, got ${show(topic)}`);
}

/** Each once, and a position only for one of them. */
function assertTopics(
  topics: readonly string[],
  startupPosition: StartupPosition,
  what: string,
): void {
  const twice = topics.find((topic, index) => topics.indexOf(topic) !== index);
  if (twice !== undefined) throw invalid(`topics of ${what} must differ, got ${show(twice)} twice`);
  for (const place of Object.keys(Object(startupPosition).offsets ?? {})) {
    if (topics.includes(place.replace(/\/\d+$/, ""))) continue;
    throw invalid(`startupPosition of ${what} has ${show(place)}, a topic that it does not read`);
  }
}

function assertStartupPosition(position: unknown, what: string): void {
  if (["group-offsets", "earliest", "latest"].includes(position as string)) return;
  const { offsets, timestampMs } = Object(position);
  if (Number.isSafeInteger(timestampMs) && timestampMs >= 0) return;
  const isTable =
    isRecord(offsets) && Object.keys(offsets).every((key) => /^[^/]+\/\d+$/.test(key));
  if (isTable && Object.values(offsets).every((one) => typeof one === "bigint" && one >= 0n)) {
    return;
  }
  const rule =
    '"group-offsets", "earliest", "latest", { offsets: { "topic/partition": 0n } } or { timestampMs }';
  throw invalid(`startupPosition of ${what} must be ${rule}, got ${show(position)}`);
}
