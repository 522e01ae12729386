import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { topic } from "../../api/live.ts";
import type { Instance, Overview, Span } from "../../api/types.ts";
import { linkTo } from "../../route/route.ts";
import { count, duration } from "../../ui/numbers.ts";
import { Badge, Panel } from "../../ui/parts.tsx";
import { SpanFrom } from "../../ui/span.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";
import { now } from "../../ui/time.tsx";
import { Preview } from "../../ui/values/preview.tsx";

type Message = Instance["mailbox"][number];

/** What waits, in the order in which it will run. */
export function Mailbox(props: {
  readonly instance: Instance;
  readonly head: string | undefined;
  /** Those of them that a recording knows. */
  readonly spans: ReadonlyMap<string, Span>;
}): JSX.Element {
  const { instance, spans, head } = props;
  const { mailbox, mailboxLength, oldestMs } = instance;
  const isPart = mailboxLength > mailbox.length;
  const startedAtMs = topic<Overview>("overview").value?.totals?.startedAtMs;
  // A restart forgets how long a message waited before it.
  const isSinceStart = useMemo(
    () => Math.abs(now.value - (startedAtMs ?? 0) - (oldestMs ?? 0)) < 5_000,
    [instance, startedAtMs],
  );
  const parts = [
    count(mailboxLength),
    oldestMs === undefined
      ? ""
      : `the oldest waits ${isSinceStart ? "at least " : ""}${duration(oldestMs)}${isSinceStart ? " (since the restart)" : ""}`,
    isPart ? `${count(mailbox.length)} of them on this page` : "",
  ];
  return (
    <Panel title="Mailbox" note={parts.filter((one) => one !== "").join(", ")}>
      <Table
        label="Messages that wait"
        columns={columnsOf(spans, head, instance)}
        rows={mailbox}
        keyOf={({ number }) => number}
        isChosen={({ number }) => number === head}
        empty={isPart ? "The messages are on another page." : "No messages are waiting."}
      />
    </Panel>
  );
}

function columnsOf(
  spans: ReadonlyMap<string, Span>,
  head: string | undefined,
  { typename, id }: Instance,
): Column<Message>[] {
  // Who sent them, and when, is known to a recording alone.
  const known: Column<Message>[] = [
    {
      title: "Age",
      isNumber: true,
      show: ({ number }) => {
        const { atMs, from } = spans.get(number) ?? {};
        // Of one that waited before the recording, it knows only when the recording began.
        const isKnown = atMs !== undefined && from?.kind !== "unknown";
        return isKnown && duration(Math.max(0, now.value - atMs));
      },
    },
    {
      title: "From",
      isWide: true,
      show: ({ number }) => {
        const span = spans.get(number);
        return span && <SpanFrom span={span} />;
      },
    },
  ];
  return [
    {
      title: "Message",
      show: ({ number }) => (
        <>
          <a class="mono" href={linkTo("messages", { message: number, function: typename, id })}>
            #{number}
          </a>{" "}
          {number === head && <Badge tone="bad">first</Badge>}
        </>
      ),
    },
    ...(spans.size === 0 ? [] : known),
    { title: "Type", isWide: true, show: ({ typename }) => <Text of={typename} mono /> },
    { title: "Value", isLong: true, show: (message) => <Preview of={message} /> },
  ];
}
