import type { JSX } from "preact";
import { topic } from "../../api/live.ts";
import type { Span, SpansPage } from "../../api/types.ts";
import { go, linkTo, param } from "../../route/route.ts";
import { figure } from "../../ui/figure.tsx";
import { ChoiceFilter, FunctionFilter, TextFilter } from "../../ui/filters.tsx";
import { duration } from "../../ui/numbers.ts";
import { Pager } from "../../ui/pager.tsx";
import { Panel } from "../../ui/parts.tsx";
import { Read } from "../../ui/reads/read.tsx";
import { useFollow } from "../../ui/reads/use-follow.ts";
import { useRead } from "../../ui/reads/use-read.ts";
import { useTopics } from "../../ui/reads/use-topics.ts";
import { Outcome, SpanFrom, SpanTo } from "../../ui/span.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";
import { At } from "../../ui/time.tsx";
import { waitedMs } from "./tree.ts";

const pageSize = 50;
const outcomes = [
  ...["waiting", "running", "completed", "failed", "dead", "scheduled", "cancelled", "delivered"],
];
const isWide = true;

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
  { title: "Type", isWide, show: (span) => <Text of={span.messageTypename} mono /> },
  { title: "From", isWide, show: (span) => <SpanFrom span={span} /> },
  { title: "To", show: (span) => <SpanTo span={span} /> },
  { title: "When", isWide, show: ({ atMs }) => <At ms={atMs} /> },
  figure("Waited", waitedMs, { isWide, text: duration }),
  figure("Ran", ({ durationMs }) => durationMs, { text: duration }),
  figure("Attempts", ({ attempts }) => attempts || undefined, { isWide }),
  { title: "Outcome", show: (span) => <Outcome span={span} /> },
];

/** What was recorded, newest first: as it comes where nothing is filtered. */
export function MessageList(): JSX.Element {
  useTopics("messages");
  const [fn, id, is, after] = ["function", "id", "is", "after"].map(param);
  const query = { function: fn, id: fn === "" ? undefined : id || undefined, is, after };
  const reading = useRead<SpansPage>("messages", { ...query, limit: pageSize });
  const newest = topic<SpansPage>("messages").value;
  const isFiltered = `${fn}${is}${after}` !== "";
  // A live page is followed; an old one stands still.
  useFollow(reading, isFiltered && after === "" ? newest : undefined);
  const { next } = reading.data ?? {};
  const live = isFiltered ? undefined : newest?.messages;
  const data = live ?? reading.data?.messages;
  return (
    <Panel
      title="Messages"
      note="newest first"
      actions={
        <span class="filters">
          <FunctionFilter />
          {fn !== "" && <TextFilter name="id" label="Id" />}
          <ChoiceFilter name="is" label="Outcome" all="all" options={outcomes} />
        </span>
      }
    >
      <Read of={{ ...reading, data }} what="messages">
        {(rows) => (
          <Table
            label="Messages"
            columns={columns}
            rows={rows}
            empty={isFiltered ? "No messages match." : "Nothing was recorded yet."}
            keyOf={({ kind, number }) => `${kind} ${number}`}
            open={({ number }) => go("messages", { message: number })}
          />
        )}
      </Read>
      <Pager next={next} />
    </Panel>
  );
}
