import type { JSX } from "preact";
import { change, go, linkTo, param } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { FunctionLink } from "../../ui/address.tsx";
import { Sparkline } from "../../ui/charts/sparkline.tsx";
import { count, duration, rate } from "../../ui/numbers.ts";
import { Badge, Lack } from "../../ui/parts.tsx";
import { Read } from "../../ui/reads/read.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";
import type { FunctionLine } from "./function-lines.ts";
import { stepsOf } from "./steps.ts";
import type { Lines } from "./use-lines.ts";

/** Functions, of all of them those that `choose` takes. */
export function FunctionTable(props: {
  readonly of: Lines;
  readonly choose: (lines: readonly FunctionLine[]) => readonly FunctionLine[];
  /** Sorted as the URL says. */
  readonly isWhole: boolean;
}): JSX.Element {
  const { of, choose, isWhole } = props;
  const lack = lackOf("figures");
  return (
    <>
      <Lack of={lack} />
      <Read of={{ ...of, at: 0 }} what="functions">
        {(lines) => (
          <Table<FunctionLine>
            label="Functions"
            rows={choose(lines)}
            empty={<NoFunction text={param("text")} />}
            keyOf={({ typename }) => typename}
            open={({ typename }) => go("functions", { function: typename })}
            {...(isWhole && { sort: param("sort"), onSort: (sort) => change({ sort }) })}
            columns={[
              ...aboutColumns(),
              ...(lack === undefined ? [sparkColumn(of), ...figureColumns()] : []),
              deadColumn,
            ]}
          />
        )}
      </Read>
    </>
  );
}

const example = `import { StatefulFunctions, string } from "statefun";
export const functions = new StatefulFunctions();
functions.bind("demo/greeter", { accepts: string }, (context, name) => console.log(name));`;

function NoFunction({ text }: { readonly text: string }): JSX.Element {
  return text === "" ? (
    <>
      Start here: this application has no function yet. Save this as <code>functions.ts</code>, and
      run <code>npx statefun dev functions.ts</code>.<pre>{example}</pre>
    </>
  ) : (
    <>
      No function has “<bdi>{text}</bdi>” in its name.
    </>
  );
}

function aboutColumns(): Column<FunctionLine>[] {
  const name: Column<FunctionLine> = {
    title: "Function",
    sort: "function",
    show: ({ typename }) => (
      <span class="cut">
        <FunctionLink typename={typename} />
      </span>
    ),
  };
  const place = { title: "Runs", isWide: true, show: (line: FunctionLine) => <Place {...line} /> };
  // Where the engine does not know how its instances are, "fine" would be a guess.
  if (lackOf("troubles") !== undefined) return [name, place];
  return [name, { title: "State", show: (line) => <Condition {...line} /> }, place];
}

export function Condition({ tone, word }: FunctionLine): JSX.Element {
  return tone === "bad" || tone === "warn" ? (
    <Badge tone={tone}>{word}</Badge>
  ) : (
    <span class="note">{word}</span>
  );
}

/** Where it runs. */
export function Place({ row, endpoint }: FunctionLine): JSX.Element {
  if (!row.remote) return <span class="note">in this process</span>;
  const { name } = endpoint ?? { name: row.endpoint };
  return (
    <a class="cut" href={linkTo("connections", { endpoint: name })}>
      <Text of={name ?? "elsewhere"} />
    </a>
  );
}

function sparkColumn({ steps }: Lines): Column<FunctionLine> {
  return {
    title: "10 min",
    isWide: true,
    show: ({ typename }) => {
      const values = stepsOf(steps.data, typename)?.handled;
      return values === undefined ? null : (
        <Sparkline values={values} label={`Messages handled by ${typename} in ten minutes`} />
      );
    },
  };
}

type NumberName = "rate" | "p50" | "p99" | "waiting" | "oldest" | "failed";

function figure(
  title: string,
  name: NumberName,
  text: (value: number) => string = count,
  isWide = false,
): Column<FunctionLine> {
  const show = ({ tone, ...line }: FunctionLine): JSX.Element | string => {
    const value = line[name];
    const shown = value === undefined ? "–" : text(value);
    const isAlarm = name === "waiting" && tone === "bad" && value !== 0;
    return isAlarm ? <strong class="alarm">{shown}</strong> : shown;
  };
  return { title, sort: name, isNumber: true, isWide, show };
}

/** Bounds of buckets: it took at most so long. */
const millis = (value: number): string => value.toLocaleString("en-US");

function figureColumns(): Column<FunctionLine>[] {
  return [
    figure("a second", "rate", rate, true),
    figure("p50 ms", "p50", millis, true),
    figure("p99 ms", "p99", millis, true),
    figure("Waiting", "waiting"),
    figure("Oldest", "oldest", duration, true),
    figure("Failed", "failed", count, true),
  ];
}

const deadColumn: Column<FunctionLine> = {
  title: "Dead",
  sort: "dead",
  isNumber: true,
  show: ({ typename, dead }) =>
    dead === 0 ? (
      "0"
    ) : (
      <a class="badge bad" href={linkTo("dead-letters", { function: typename })}>
        {count(dead)}
      </a>
    ),
};
