import { Turns } from "../../../engine/views/turns.ts";
import { bytesFromText, joined } from "../../../internal/bytes.ts";
import { version } from "../../../internal/version.ts";
import { histogramBounds } from "../../../model/histogram-bounds.ts";
import type { SurfaceResponse } from "../../answers.ts";
import type { Figures, StoredFigures, Histogram } from "../admin-host.ts";
import type { AdminRoute } from "../admin-route.ts";
import { assertHas } from "../assert-has.ts";

/** The text format of Prometheus. */
const media = "text/plain; version=0.0.4; charset=utf-8";

export const metricsRow: AdminRoute = {
  method: "GET",
  path: "/metrics",
  does: "read",
  summary: "Figures in the text format of Prometheus 0.0.4",
  answers: {
    "200": { text: "All figures, by function, egress, endpoint and source", media },
    "501": { text: "This engine has no figures" },
  },
  answer: async ({ admin }) => {
    assertHas(admin, "figures");
    return answerMetrics(await admin.figures(), await admin.stored?.());
  },
};

async function answerMetrics(
  figures: Figures,
  stored: StoredFigures | undefined,
): Promise<SurfaceResponse> {
  const turns = new Turns();
  // The figures were made in this turn.
  await turns.next();
  const parts: Uint8Array[] = [];
  let lines: string[] = [];
  for (const line of metricsIn(figures, stored)) {
    lines.push(line);
    if (!turns.isOver) continue;
    parts.push(bytesFromText(lines.join("")));
    lines = [];
    await turns.next();
  }
  parts.push(bytesFromText(lines.join("")));
  const bytes = joined(parts);
  const headers = { "content-type": media, "cache-control": "no-store" };
  return { status: 200, headers, bytes };
}

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

/** Every family once, with its samples behind each other, as the format wants it: line by line. */
export function* metricsIn(figures: Figures, stored?: StoredFigures): Generator<string> {
  const named = labelled(figures);
  for (const one of countersOf(figures, named)) yield* familyOf("counter", one);
  for (const one of gaugesOf(figures, named)) yield* familyOf("gauge", one);
  if (stored !== undefined) for (const one of storedIn(stored)) yield* familyOf("gauge", one);
  yield* histogramsIn(figures, named);
}

/** What there is of each function, egress and source, with its labels. */
function labelled({ functions, egresses, sources }: Figures) {
  return {
    byFunction: functions.map((one) => ({ labels: { function: one.typename }, ...one })),
    byEgress: egresses.map((one) => ({ labels: { egress: one.typename }, ...one })),
    bySource: sources.map((one) => ({
      labels: { ingress: one.ingress, source: one.source },
      ...one,
    })),
  };
}

type Labelled = ReturnType<typeof labelled>;

/** One sample of each, without those that are not known. */
function* samplesOf<T extends { readonly labels: Labels }>(
  all: readonly T[],
  value: (one: T) => number | undefined,
): Generator<Sample> {
  for (const one of all) {
    const given = value(one);
    if (given !== undefined) yield [one.labels, given];
  }
}

function countersOf(
  figures: Figures,
  { byFunction, byEgress, bySource }: Labelled,
): readonly Family[] {
  const of = samplesOf;
  return [
    ["messages_accepted_total", "Messages taken from outside", of(byFunction, (f) => f.accepted)],
    ["messages_refused_total", "Messages that were refused", of(byFunction, (f) => f.refused)],
    ["messages_completed_total", "Messages that were handled", of(byFunction, (f) => f.completed)],
    ["attempts_failed_total", "Attempts that failed", of(byFunction, (f) => f.failed)],
    ["messages_dead_total", "Messages that were given up", of(byFunction, (f) => f.dead)],
    ["records_emitted_total", "Records that functions emitted", of(byEgress, (e) => e.emitted)],
    ["records_delivered_total", "Records that were delivered", of(byEgress, (e) => e.delivered)],
    ["deliveries_failed_total", "Deliveries that failed", of(byEgress, (e) => e.failures)],
    ["ingress_records_total", "Records taken by ingresses", of(bySource, (s) => s.records)],
    ["windows_total", "Windows written to the store", [[{}, figures.windows]]],
    ["steps_total", "Steps in these windows", [[{}, figures.steps]]],
    ["written_rows_total", "Rows written", [[{}, figures.rows]]],
    ["written_bytes_total", "Bytes written, about", [[{}, figures.bytes]]],
  ];
}

function gaugesOf(
  figures: Figures,
  { byFunction, byEgress, bySource }: Labelled,
): readonly Family[] {
  const of = samplesOf;
  const endpoints = figures.endpoints.map(
    ({ name, isUp }) => [{ endpoint: name }, Number(isUp)] as const,
  );
  return [
    ["info", "Of this process", [[{ version }, 1]]],
    ["start_time_seconds", "When this run began", [[{}, figures.startedAt / 1_000]]],
    ["messages_waiting", "Messages in mailboxes", of(byFunction, (f) => f.waiting)],
    ["oldest_message_seconds", "Age of the oldest", of(byFunction, (f) => f.oldestMs / 1_000)],
    ["egress_backlog", "Records that wait for delivery", of(byEgress, (e) => e.backlog)],
    ["egress_up", "1 while records are accepted outside", of(byEgress, (e) => Number(e.isUp))],
    ["endpoint_up", "1 while an endpoint of remote functions answers", endpoints],
    ["ingress_lag", "Records that were not taken yet", of(bySource, (s) => s.lag)],
    ["pending_messages", "Messages in all mailboxes", [[{}, figures.pendingMessages]]],
    ["pending_bytes", "Their bytes", [[{}, figures.pendingBytes]]],
    ["running_steps", "Steps that run now", [[{}, figures.runningSteps]]],
    ["timers", "Timers that are set", [[{}, figures.timers]]],
    ["dead_letters", "Dead letters that are kept", [[{}, figures.deadLetters]]],
    ["clock_behind_seconds", "Of the machine", [[{}, figures.clockBehindMs / 1_000]]],
  ];
}

/** Apart from the totals, which have no labels: a sum over a family must not count anything twice. */
function storedIn({ timers, deadLetters, deadRecords }: StoredFigures): readonly Family[] {
  const by = (label: string, all: ReadonlyMap<string, number>): Sample[] =>
    Array.from(all, ([name, count]) => [{ [label]: name }, count]);
  return [
    ["function_timers", "Timers that are set", by("function", timers)],
    ["function_dead_letters", "Messages that were given up", by("function", deadLetters)],
    ["egress_dead_letters", "Records that were given up", by("egress", deadRecords)],
  ];
}

function* histogramsIn(figures: Figures, { byFunction, byEgress }: Labelled): Generator<string> {
  const of = ({ labels, durationMs }: { labels: Labels; durationMs: Histogram }) =>
    [labels, durationMs] as const;
  yield* histogramsOf("handler_seconds", "How long attempts took", byFunction.map(of));
  yield* histogramsOf("delivery_seconds", "How long deliveries took", byEgress.map(of));
  yield* histogramsOf("commit_seconds", "How long windows took to write", [[{}, figures.commitMs]]);
}

type Family = readonly [name: string, help: string, samples: Iterable<Sample>];

function* familyOf(type: "counter" | "gauge", [name, help, samples]: Family): Generator<string> {
  let isFirst = true;
  for (const one of samples) {
    if (isFirst) yield headOf(name, help, type);
    isFirst = false;
    yield sample(name, ...one);
  }
}

/** Buckets are cumulative, and count what was at most as long as `le`. */
function* histogramsOf(
  name: string,
  help: string,
  all: readonly (readonly [Labels, Histogram])[],
): Generator<string> {
  if (all.length > 0) yield headOf(name, help, "histogram");
  for (const [labels, { counts, sum }] of all) {
    let count = 0;
    for (const [index, one] of counts.entries()) {
      count += one;
      const bound = histogramBounds[index];
      const le = bound === undefined ? "+Inf" : String(bound / 1_000);
      yield sample(`${name}_bucket`, { ...labels, le }, count);
    }
    yield sample(`${name}_sum`, labels, sum / 1_000);
    yield sample(`${name}_count`, labels, count);
  }
}

function headOf(name: string, help: string, type: string): string {
  return `# HELP statefun_${name} ${help}\n# TYPE statefun_${name} ${type}\n`;
}

function sample(name: string, labels: Labels, value: number): string {
  const all = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  const braces = all.length === 0 ? "" : `{${all.join(",")}}`;
  return `statefun_${name}${braces} ${value}\n`;
}

/** A value of a label may be any text; three characters are escaped in it. */
function escaped(text: string): string {
  return text.replace(/[\\"\n]/g, (one) => (one === "\n" ? "\\n" : `\\${one}`));
}
