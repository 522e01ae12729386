import type { SourceMessage } from "../../../engine/contract/source-batch.ts";
import { invalid, isRecord } from "../../../internal/assert.ts";
import { base64FromBytes, bytesFromText, copyOf, noBytes } from "../../../internal/bytes.ts";
import { StateFunError } from "../../../internal/errors.ts";
import { reasonOf, show } from "../../../internal/show.ts";
import type { WireHeader, WireValue } from "../../../model/invocation.ts";
import { acceptedType } from "../../../sdk/addressing/accepted-value.ts";
import { failedMessage } from "../../../sdk/invocation/failed-message.ts";
import type { TopicRecord } from "./read-batches.ts";
import {
  type Defect,
  headersOf,
  invalidPrefix,
  lenientText,
  type Target,
} from "./record-routes.ts";

/**
 * What happens to a record that cannot be read or routed. `fail`: its partition stops at it and tries again, at
 * most once a minute, until a deploy can read it. `skip`: it is skipped, counted and reported to `onError`.
 * `deadLetter`: it goes to the instance of that function that its key names (the id "" without a key), as a
 * `failedMessage` if the function accepts that type, otherwise as its bytes. Headers named `statefun.invalid/…`
 * say where it was and what is wrong.
 */
export type InvalidRecords = "fail" | "skip" | { readonly deadLetter: Target };

/** What to do instead: nothing for `skip`, undefined for `fail`. */
export type OnInvalid = (
  record: TopicRecord,
  defect: Defect,
  typename: string,
) => readonly SourceMessage[] | undefined;

/** `ingress` stands for the target in a `failedMessage`, because the real target is unknown. */
export function resolveOnInvalid(onInvalid: InvalidRecords, ingress: string): OnInvalid {
  if (onInvalid === "fail") return () => undefined;
  if (onInvalid === "skip") return () => [];
  const { deadLetter }: { readonly deadLetter?: Target } = Object(onInvalid);
  if (!isRecord(deadLetter) || typeof deadLetter.typename !== "string") {
    const text = `"fail", "skip" or { deadLetter: a function }, got ${show(onInvalid)}`;
    throw invalid(`onInvalid of ingress ${ingress} must be ${text}`);
  }
  return (record, defect, typename) => [
    {
      target: { typename: deadLetter.typename, id: idOf(record) },
      argument: {
        ...argumentOf(deadLetter, ingress, record, defect, typename),
        headers: headers(record, defect),
      },
    },
  ];
}

const idOf = ({ key }: TopicRecord): string => (key === null ? "" : lenientText(key));

function argumentOf(
  { accepts }: Target,
  ingress: string,
  record: TopicRecord,
  { error }: Defect,
  typename: string,
): Omit<WireValue, "headers"> {
  const bytes = record.value === null ? undefined : copyOf(record.value);
  if (accepts === undefined || acceptedType(accepts, failedMessage.typename) === undefined) {
    // Under the one name that it accepts: it is for it to look at them.
    const own = accepts !== undefined && "typename" in accepts ? accepts.typename : typename;
    return { typename: own, bytes };
  }
  const failed = {
    target: { typename: ingress, id: idOf(record) },
    typename,
    payload: base64FromBytes(bytes ?? noBytes),
    error: {
      code: error instanceof StateFunError ? error.code : "message_undecodable",
      message: reasonOf(error),
    },
  };
  return { typename: failedMessage.typename, bytes: failedMessage.encode(failed) };
}

/** Those of the record, and what the runtimes of StateFun say of a record that they could not read. */
function headers(record: TopicRecord, { defect, error }: Defect): readonly WireHeader[] {
  const own = (name: string, value: string): WireHeader => ({
    key: `${invalidPrefix}${name}`,
    value: bytesFromText(value),
  });
  return [
    ...headersOf(record),
    own("kafka.topic", record.topic),
    own("kafka.partition", String(record.partition)),
    own("kafka.offset", String(record.offset)),
    own("kafka.timestamp", String(record.timestampMs)),
    own("defect", defect),
    own("error", reasonOf(error)),
    { key: `${invalidPrefix}key`, value: record.key === null ? undefined : copyOf(record.key) },
  ];
}
