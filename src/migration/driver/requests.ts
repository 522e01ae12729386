import { readExport } from "../../export-format/reader.ts";
import type { ExportCounts, InstanceLine } from "../../export-format/records.ts";
import { assertNonEmpty, invalid } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";
import type { Address } from "../../sdk/addressing/address.ts";
import { assertRequestName, type ImportArgument } from "../wrapper/read-argument.ts";

/** What is to be written to Kafka, for an ingress whose `valueType` is that of an export or of an import. */
export interface RequestRecord {
  readonly topic: string;
  /** The id of the instance. */
  readonly key: string;
  readonly value: string;
}

export interface RequestOptions {
  /** A name of this run, new each time: its answers are known by it. */
  readonly request: string;
  /** The topic whose ingress has this function as its only target. */
  readonly topic: (typename: string) => string;
}

export interface ImportRequestOptions extends RequestOptions {
  /**
   * Whether values that are there already are overwritten. Only while nothing else reaches the functions: a request that is
   * delivered twice would take back what was written between.
   * @default false
   */
  readonly replace?: boolean;
  /**
   * What may stay behind: a cluster can be given states alone.
   * @default nothing: an export that has more than states is refused before the first record
   */
  readonly leaveOut?: readonly Exclude<keyof ExportCounts, "partitions" | "instances">[];
  /** The longest line of the export, in bytes. @default 268,435,456 */
  readonly maxLineBytes?: number;
}

/** Gives the same export each time: it is read to its end before anything is done with it. */
export type OpenExport = () => ReadableStream<Uint8Array> | Promise<ReadableStream<Uint8Array>>;

/** Asks each instance for its states. */
export async function* exportRequests(
  instances: AsyncIterable<Address> | Iterable<Address>,
  { request, topic }: RequestOptions,
): AsyncGenerator<RequestRecord, void, undefined> {
  assertRequestName(request);
  for await (const { typename, id } of instances) {
    yield { topic: topicOf(topic, typename), key: id, value: request };
  }
}

/** Brings each line of an instance to it. The whole export is checked first. */
export async function* importRequests(
  open: OpenExport,
  options: ImportRequestOptions,
): AsyncGenerator<RequestRecord, void, undefined> {
  const { request, topic, replace = false } = options;
  assertRequestName(request);
  if (typeof replace !== "boolean") {
    throw invalid(`replace must be true or false, got ${show(replace)}`);
  }
  assertOnlyStates(await countsOf(open, options), options.leaveOut ?? []);
  for await (const instance of instancesOf(open, options)) {
    const argument: ImportArgument = { request, ...(replace ? { replace } : {}), instance };
    yield {
      topic: topicOf(topic, instance.function),
      key: instance.id,
      value: JSON.stringify(argument),
    };
  }
}

export async function* instancesOf(
  open: OpenExport,
  { maxLineBytes }: Pick<ImportRequestOptions, "maxLineBytes">,
): AsyncGenerator<InstanceLine, void, undefined> {
  const limits = maxLineBytes === undefined ? {} : { maxLineBytes };
  for await (const { line } of readExport(await open(), limits)) {
    if (line.kind === "instance") yield line;
  }
}

async function countsOf(
  open: OpenExport,
  { maxLineBytes }: Pick<ImportRequestOptions, "maxLineBytes">,
): Promise<ExportCounts | undefined> {
  const limits = maxLineBytes === undefined ? {} : { maxLineBytes };
  let counts: ExportCounts | undefined;
  for await (const { line } of readExport(await open(), limits)) {
    if (line.kind === "end") counts = line.counts;
  }
  return counts;
}

function assertOnlyStates(counts: ExportCounts | undefined, leftOut: readonly string[]): void {
  const more = Object.entries(counts ?? {}).filter(
    ([name, count]) => count > 0 && name !== "partitions" && name !== "instances",
  );
  const kept = more.filter(([name]) => !leftOut.includes(name));
  if (kept.length === 0) return;
  const what = kept.map(([name, count]) => `${count} ${name}`).join(", ");
  throw new StateFunError(
    "unsupported",
    `the export has ${what}, which no cluster can be given: name them in leaveOut to go without them`,
  );
}

function topicOf(topic: (typename: string) => string, typename: string): string {
  const name = topic(typename);
  assertNonEmpty(name, `the topic for ${typename}`);
  return name;
}
