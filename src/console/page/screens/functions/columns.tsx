import type { JSX } from "preact";
import type { Rates } from "../../api/types.ts";
import { linkTo } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { FunctionLink } from "../../ui/address.tsx";
import { Sparkline } from "../../ui/charts/sparkline.tsx";
import { count, duration, rate } from "../../ui/numbers.ts";
import { Badge } from "../../ui/parts.tsx";
import type { Column } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";
import type { FunctionView } from "./function-view.ts";
import type { FunctionLine, FunctionNumbers } from "./rows.ts";
import { ratesOf } from "./steps.ts";

/** Of a bound of a bucket: it took at most so long. */
function millis(value: number | undefined): string {
  return value === undefined ? "–" : value.toLocaleString("en-US");
}

export const nameColumn: Column<FunctionLine> = {
  title: "Function",
  sort: "function",
  show: ({ view }) => (
    <span class={`dotted cut ${view.tone}`}>
      <FunctionLink typename={view.typename} />
    </span>
  ),
};

/** None where the engine does not know how its instances are: "fine" would be a guess. */
export function stateColumns(): readonly Column<FunctionLine>[] {
  if (lackOf("troubles") !== undefined) return [];
  return [{ title: "State", show: ({ view }) => <Condition view={view} /> }];
}

export function Condition({ view }: { readonly view: FunctionView }): JSX.Element {
  const { tone, word } = view;
  return tone === "bad" || tone === "warn" ? (
    <Badge tone={tone}>{word}</Badge>
  ) : (
    <span class="note">{word}</span>
  );
}

export const placeColumn: Column<FunctionLine> = {
  title: "Runs",
  isWide: true,
  show: ({ view }) => <Place view={view} />,
};

/** Where it runs. */
export function Place({ view }: { readonly view: FunctionView }): JSX.Element {
  const { row, endpoint } = view;
  if (!row.remote) return <span class="note">here</span>;
  const name = endpoint?.name ?? row.endpoint;
  return (
    <a class="cut" href={linkTo("connections", { endpoint: name })}>
      {name === undefined ? "elsewhere" : <Text of={name} />}
    </a>
  );
}

export function sparkColumn(rates: Rates | undefined): Column<FunctionLine> {
  return {
    title: "10 min",
    isWide: true,
    show: ({ view: { typename } }) => {
      const values = ratesOf(rates, typename)?.handled;
      return values === undefined ? null : (
        <Sparkline values={values} label={`Messages handled by ${typename} in ten minutes`} />
      );
    },
  };
}

function numeric(
  title: string,
  sort: keyof FunctionNumbers,
  show: (numbers: FunctionNumbers) => JSX.Element | string,
): Column<FunctionLine> {
  return { title, sort, isNumber: true, show: ({ numbers }) => show(numbers) };
}

export const rateColumn = numeric("a second", "rate", (one) => rate(one.rate));

export const durationColumns: readonly Column<FunctionLine>[] = [
  { ...numeric("p50 ms", "p50", (one) => millis(one.p50)), isWide: true },
  { ...numeric("p99 ms", "p99", (one) => millis(one.p99)), isWide: true },
];

export const waitingColumns: readonly Column<FunctionLine>[] = [
  {
    ...numeric("Waiting", "waiting", () => ""),
    show: ({ view, numbers: { waiting } }) =>
      view.tone === "bad" && waiting > 0 ? (
        <strong class="alarm">{count(waiting)}</strong>
      ) : (
        count(waiting)
      ),
  },
  numeric("Oldest", "oldest", (one) => (one.waiting === 0 ? "–" : duration(one.oldest))),
];

export const totalColumns: readonly Column<FunctionLine>[] = [
  { ...numeric("Completed", "completed", (one) => count(one.completed)), isWide: true },
  { ...numeric("Refused", "refused", (one) => count(one.refused)), isWide: true },
];

export const failedColumn: Column<FunctionLine> = {
  ...numeric("Failed", "failed", (one) => count(one.failed)),
  isWide: true,
};

export const deadColumn: Column<FunctionLine> = {
  title: "Dead",
  sort: "dead",
  isNumber: true,
  show: ({ view: { typename, dead } }) =>
    dead === 0 ? (
      "0"
    ) : (
      <a class="badge bad" href={linkTo("dead-letters", { function: typename })}>
        {count(dead)}
      </a>
    ),
};
