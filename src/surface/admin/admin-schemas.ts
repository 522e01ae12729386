import {
  boolean,
  choice,
  described,
  digits,
  integer,
  list,
  map,
  number,
  object,
  ref,
  type Schema,
  text,
} from "../openapi/schema.ts";
import { milliseconds } from "./milliseconds.ts";
import { spanOutcomes } from "./recording-host.ts";

const typename = described(text, "`namespace/name`");

/** Counts of the buckets whose upper bounds stand beside them; the last one is of what is over all. */
const histogram = object({ counts: list(integer), sum: number });

const address = object({ typename, id: text });

/** A value as lists show it. One object, since generators of clients do better with it than with one of three. */
const valueProperties: Readonly<Record<string, Schema>> = {
  typename,
  "value?": described({}, "Of a value that JSON can say"),
  "base64?": described(text, "Instead, of any other small value"),
  "encryptedWith?": described(text, "Of an encrypted value: the id of its key"),
  "size?": described(integer, "Of a large value, which `GET /admin/value` has: its bytes"),
  "digest?": described(text, "Of a large value: SHA-256 in hexadecimal"),
  "preview?": described(text, "How a large value begins"),
  "previewBase64?": described(text, "The same, where it is no text"),
};

const value = object(valueProperties);
const state = object({
  ...valueProperties,
  etag: described(text, "What `If-Match` takes to change it"),
});

const header = object({
  name: text,
  "value?": { type: ["string", "null"] },
  "base64?": described(text, "Instead, of bytes that are not UTF-8"),
});

const letterMessage = object({
  ...valueProperties,
  headers: list(ref("Header")),
  "headerCount?": described(integer, "How many there are, where not all are shown"),
});

const deadLetter = object({
  id: digits,
  address: ref("Address"),
  "egress?": described(
    text,
    "Of a record: the egress that it was for. `address` is its sender then",
  ),
  message: letterMessage,
  error: object({ code: text, message: text }),
  attempts: integer,
  failedAtMs: milliseconds,
});

const record = object({
  cursor: digits,
  id: described(text, "What its reader knows it by"),
  from: ref("Address"),
  message: letterMessage,
});

const timer = object({
  number: digits,
  atMs: milliseconds,
  to: ref("Address"),
  "from?": described(
    ref("Address"),
    "The instance that has set it; absent for a send from outside",
  ),
  message: ref("Value"),
  "cancellationToken?": text,
});

const troubleProperties: Readonly<Record<string, Schema>> = {
  kind: choice("retrying", "unbound", "endpoint", "busy", "paused", "state"),
  code: text,
  reason: text,
  attempts: described(integer, "Of the message at the head"),
  number: digits,
  "atMs?": described(milliseconds, "Absent: not tried since the start"),
  "retryAtMs?": milliseconds,
  "waitsFor?": described(text, "The function or the endpoint"),
};

const trouble = object(troubleProperties, "Why an instance does not go on");

const instanceRow = object({
  id: text,
  "waiting?": described(
    integer,
    "Waiting messages; absent on Durable Objects, as all that a list does not know",
  ),
  "oldestMs?": described(integer, "How long the oldest of them has waited, to about a second"),
  "running?": boolean,
  "paused?": boolean,
  "states?": integer,
  "stateBytes?": integer,
  "trouble?": ref("Trouble"),
});

const instanceTimer = object({
  number: digits,
  atMs: milliseconds,
  to: ref("Address"),
  message: ref("Value"),
  "cancellationToken?": text,
});

const instance = object({
  typename,
  id: text,
  state: map(ref("State")),
  mailboxLength: integer,
  mailbox: list(object({ number: digits, ...valueProperties })),
  timers: list(instanceTimer),
  "paused?": described(boolean, "Absent unless it, or its function, is paused"),
  "running?": described(boolean, "Absent unless it handles a message now"),
  "oldestMs?": described(integer, "How long the oldest message has waited"),
  "trouble?": ref("Trouble"),
  "next?": text,
});

const functionFigures = object({
  accepted: integer,
  refused: integer,
  completed: integer,
  failed: described(integer, "Attempts that failed; most are tried again"),
  dead: integer,
  waiting: integer,
  oldestMs: number,
  durationMs: ref("Histogram"),
});

const functionRow = object({
  typename,
  remote: described(boolean, "It runs in another process"),
  "endpoint?": described(text, "Of a remote one: its name in `GET /admin/endpoints`"),
  accepts: described(list(text), "Typenames; none: any type"),
  replies: list(text),
  states: list(
    object({
      name: text,
      type: text,
      "expireAfterWriteMs?": integer,
      "expireAfterCallMs?": integer,
    }),
  ),
  "retry?": object({ "maxAttempts?": integer, "initialDelayMs?": integer, "maxDelayMs?": integer }),
  paused: boolean,
  "figures?": functionFigures,
});

const typeRow = object({
  typename,
  kind: choice("json", "scalar", "bytes"),
  "schema?": described(
    {},
    "JSON Schema 2020-12 of what is sent, where the schema library tells it",
  ),
});

const egress = object({
  typename,
  kind: choice("kept", "delivered"),
  status: choice("running", "waiting"),
  "reason?": text,
  "emitted?": integer,
  "delivered?": integer,
  "failures?": integer,
  "backlog?": integer,
  "durationMs?": ref("Histogram"),
});

const endpoint = object({
  name: described(text, "`namespace/name`, or `namespace/*`"),
  up: boolean,
  "sinceMs?": milliseconds,
  "reason?": text,
});

const source = object({
  source: text,
  "position?": text,
  "lag?": described(integer, "Records that exist and were not taken yet; absent while unknown"),
  rate: number,
  records: integer,
  invalid: integer,
  paused: boolean,
});

const ingress = object({
  typename,
  status: choice("starting", "running", "waiting", "stalled", "stopped"),
  "reason?": text,
  sources: list(source),
});

const recording = object({
  on: boolean,
  always: described(boolean, "It cannot be switched off: `statefun dev`"),
  "untilMs?": described(milliseconds, "When it ends by itself"),
  spans: described(integer, "How many can be read"),
  capacity: described(integer, "How many there are at most"),
});

const span = object({
  number: digits,
  kind: choice("message", "timer", "record"),
  causes: described(
    list(digits),
    "Numbers of what it was made by. None: from outside. Several: one of these, which ran together in one request to a remote function",
  ),
  "causeUnknown?": described(boolean, "What has caused it was not recorded; absent otherwise"),
  from: object(
    {
      kind: choice("function", "http", "client", "ingress", "operator", "unknown"),
      "typename?": typename,
      "id?": described(text, "Of a function"),
      "name?": described(text, "Of an ingress"),
    },
    "What has sent it. `operator`: one of `POST /admin/send`, or a dead letter that was sent again. `unknown`: from outside, before the recording began",
  ),
  to: object({
    "typename?": typename,
    "id?": text,
    "egress?": described(text, "Of a record, instead of the others"),
  }),
  messageTypename: typename,
  size: described(integer, "Of its value, in bytes: values are not recorded"),
  atMs: milliseconds,
  "startedAtMs?": described(milliseconds, "When its last attempt began"),
  "durationMs?": number,
  attempts: integer,
  outcome: described(
    choice(...spanOutcomes),
    "`scheduled`, then `delivered` or `cancelled`: a timer. `delivered`: a record that was taken or is kept",
  ),
  "error?": described(object({ code: text, message: text }), "Of its last failed attempt"),
  "deadLetter?": described(digits, "The id of its dead letter"),
});

const paused = object({
  typename,
  "id?": described(text, "Absent: the whole function"),
  sinceMs: milliseconds,
  who: text,
  "why?": text,
});

const deadGroup = object({
  typename,
  "egress?": text,
  code: text,
  reason: text,
  count: integer,
  firstAtMs: milliseconds,
  lastAtMs: milliseconds,
});

const recentError = object({
  atMs: milliseconds,
  code: text,
  message: text,
  "typename?": text,
  "id?": text,
  "egress?": text,
});

const activity = object({
  cursor: digits,
  "record?": described({}, "Who did what, when and why, and its result: with digests, not values"),
  "base64?": text,
});

const windows = object({
  windows: integer,
  steps: integer,
  rows: integer,
  bytes: integer,
  commitMs: ref("Histogram"),
  boundsMs: described(list(number), "Upper bounds of the buckets of every histogram here"),
  clockBehindMs: number,
});

const edge = object({
  from: object({
    kind: choice("function", "http", "ingress", "client", "timer"),
    "name?": described(
      text,
      "Of a function or an ingress; of a timer the function that has set it, unless the message is from outside",
    ),
  }),
  to: object({ kind: choice("function", "egress"), name: text }),
  messages: described(integer, "Since the start of the run"),
});

const step = { type: ["number", "null"] };
const rateProperties: Readonly<Record<string, Schema>> = {
  handled: described(list(step), "Messages of each step; null where nothing is known"),
  failed: described(list(step), "Attempts that failed"),
};
const rates = object({
  stepMs: integer,
  endMs: described(milliseconds, "The end of the last step"),
  ...rateProperties,
  waiting: described(list(step), "Messages in mailboxes, at the end of each step"),
  commitP99Ms: described(
    list(step),
    "Below which 99 of 100 commits took, about; null too where there was none",
  ),
  functions: map(object(rateProperties)),
});

const totals = object({
  startedAtMs: milliseconds,
  pendingMessages: integer,
  pendingBytes: integer,
  runningSteps: integer,
  timers: integer,
  deadLetters: integer,
  windows: integer,
  steps: integer,
});

const overview = object({
  status: described(text, "`ok`, or why nothing is taken"),
  engine: choice("embedded", "durable-object"),
  version: text,
  functions: integer,
  "totals?": totals,
  "deadLetters?": integer,
  "paused?": described(
    integer,
    "Functions and instances that are paused; absent where this engine cannot tell",
  ),
  "troubles?": described(list(ref("InstanceTrouble")), "The worst four"),
  egressesWaiting: list(text),
  endpointsDown: list(text),
  unsupported: ref("Unsupported"),
});

const unsupported = described(map(text), "What this engine cannot tell, and why");

/** Schemas that answers refer to, by name. */
export const adminSchemas: Readonly<Record<string, Schema>> = {
  Activity: activity,
  Address: address,
  DeadGroup: deadGroup,
  DeadLetter: deadLetter,
  Edge: edge,
  Egress: egress,
  Endpoint: endpoint,
  Function: functionRow,
  Header: header,
  Histogram: histogram,
  Ingress: ingress,
  Instance: instance,
  InstanceRow: instanceRow,
  InstanceTrouble: object({ typename, id: text, ...troubleProperties }),
  Overview: overview,
  Paused: paused,
  Rates: rates,
  RecentError: recentError,
  Record: record,
  Recording: recording,
  Span: span,
  State: state,
  Timer: timer,
  Trouble: trouble,
  Type: typeRow,
  Unsupported: unsupported,
  Value: value,
  Windows: windows,
};
