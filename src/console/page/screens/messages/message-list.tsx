import type { JSX } from "preact";
import { topic } from "../../api/live.ts";
import type { Span, SpansPage } from "../../api/types.ts";
import { go, linkTo, param } from "../../route/route.ts";
import { ChoiceFilter, TextFilter } from "../../ui/filters.tsx";
import { count, duration } from "../../ui/numbers.ts";
import { Pager } from "../../ui/pager.tsx";
import { Empty, Failure, Loading, Panel } from "../../ui/parts.tsx";
import { useFollow } from "../../ui/reads/use-follow.ts";
import { useFunctions } from "../../ui/reads/use-functions.ts";
import { useRead } from "../../ui/reads/use-read.ts";
import { useTopics } from "../../ui/reads/use-topics.ts";
import { Outcome, SpanFrom, SpanTo } from "../../ui/span.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";
import { At } from "../../ui/time.tsx";
import { waitedMs } from "./tree.ts";

const pageSize = 50;
const outcomes = ["waiting", "running", "completed", "failed", "dead", "scheduled"];
const others = ["cancelled", "delivered"];

const columns: readonly Column<Span>[] = [
  {
    title: "Message",
    show: ({ number, kind }) => (
      <>
        <a class="mono" href={linkTo("messages", { message: number })}>
          #{number}
        </a>
        {kind !== "message" && <span class="note"> {kind}</span>}
      </>
    ),
  },
  { title: "Type", isWide: true, show: (span) => <Text of={span.messageTypename} mono /> },
  { title: "From", isWide: true, show: (span) => <SpanFrom span={span} /> },
  { title: "To", show: (span) => <SpanTo span={span} /> },
  { title: "When", isWide: true, show: ({ atMs }) => <At ms={atMs} /> },
  { title: "Waited", isWide: true, isNumber: true, show: (span) => shownMs(waitedMs(span)) },
  { title: "Ran", isNumber: true, show: ({ durationMs }) => shownMs(durationMs) },
  {
    title: "Attempts",
    isWide: true,
    isNumber: true,
    show: ({ attempts }) => (attempts === 0 ? "–" : count(attempts)),
  },
  { title: "Outcome", show: (span) => <Outcome span={span} /> },
];

function shownMs(ms: number | undefined): string {
  return ms === undefined ? "–" : duration(ms);
}

/** What was recorded, newest first: as it comes where nothing is filtered. */
export function MessageList(props: { readonly isOn: boolean }): JSX.Element {
  useTopics("messages");
  const functions = useFunctions();
  const names = ["function", "id", "is", "after"];
  const [fn, id, is, after] = names.map((name) => param(name) || undefined);
  const query = { function: fn, id: fn === undefined ? undefined : id, is, after, limit: pageSize };
  const reading = useRead<SpansPage>("messages", query);
  const newest = topic<SpansPage>("messages").value;
  const isFiltered = fn !== undefined || is !== undefined || after !== undefined;
  // A live page is followed; an old one stands still.
  useFollow(reading, isFiltered && after === undefined ? newest : undefined);
  const { data, error, isLoading, again } = reading;
  const live = isFiltered ? undefined : newest?.messages;
  const rows = live ?? data?.messages ?? [];
  return (
    <Panel
      title="Messages"
      note="newest first"
      actions={
        <span class="filters">
          <ChoiceFilter
            name="function"
            label="Function"
            all="all"
            options={functions?.map(({ typename }) => typename) ?? []}
          />
          {fn !== undefined && <TextFilter name="id" label="Id" />}
          <ChoiceFilter name="is" label="Outcome" all="all" options={[...outcomes, ...others]} />
        </span>
      }
    >
      <Failure error={error} again={again} />
      <Loading isLoading={isLoading && rows.length === 0} what="messages" />
      {rows.length > 0 && (
        <Table
          label="Messages"
          columns={columns}
          rows={rows}
          keyOf={({ kind, number }) => `${kind} ${number}`}
          open={({ number }) => go("messages", { message: number })}
        />
      )}
      {rows.length === 0 && data !== undefined && (
        <Empty>
          {isFiltered
            ? "The recording has nothing that matches."
            : props.isOn
              ? "Nothing came since the recording began. "
              : "The recording is empty. "}
          {!isFiltered && <a href={linkTo("send")}>Send a message</a>}
        </Empty>
      )}
      <Pager next={data?.next} />
    </Panel>
  );
}
