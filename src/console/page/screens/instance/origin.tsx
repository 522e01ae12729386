import type { JSX } from "preact";
import type { Instance, Span, SpanTree } from "../../api/types.ts";
import { linkTo } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { InstanceLink } from "../../ui/address.tsx";
import { Empty, Failure, Lack, Loading, Panel } from "../../ui/parts.tsx";
import { useRead } from "../../ui/reads/use-read.ts";
import { Outcome, SpanFrom } from "../../ui/span.tsx";
import { Text } from "../../ui/text.tsx";
import { At } from "../../ui/time.tsx";
import { type Ancestor, lineageOf } from "./lineage.ts";

/** What led to the message at the head, as far as a recording knows it. */
export function Origin(props: {
  readonly instance: Instance;
  readonly spans: ReadonlyMap<string, Span>;
}): JSX.Element | null {
  const { instance, spans } = props;
  const lack = lackOf("recording");
  const head = instance.trouble?.number ?? instance.mailbox[0]?.number;
  const isRecorded = head !== undefined && spans.has(head);
  const path = isRecorded ? `messages/${head}` : undefined;
  const { data, error, isLoading, again } = useRead<SpanTree>(path);
  if (head === undefined) return null;
  const rows = data === undefined ? [] : lineageOf(data.spans, head);
  const isUnknown =
    lack === undefined && (!isRecorded || (data !== undefined && rows.length === 0));
  const [first] = rows;
  return (
    <Panel
      title="Where the head came from"
      note={data?.isComplete === false ? "part of it is not recorded any more" : undefined}
      actions={rows.length > 0 && <a href={linkTo("messages", { message: head })}>Whole tree</a>}
    >
      <Lack of={lack} />
      {isUnknown ? (
        <Empty>
          No recording has #{head}. <a href={linkTo("messages")}>Record for ten minutes</a> to see
          what leads to the next ones.
        </Empty>
      ) : (
        <Failure error={error} again={again} />
      )}
      <Loading isLoading={isLoading && isRecorded && data === undefined} what="the recording" />
      {first !== undefined && (
        <ol class="lineage mono">
          {first.span.from.kind !== "function" && (
            <li>
              <SpanFrom span={first.span} /> <At ms={first.span.atMs} />
            </li>
          )}
          {rows.map((row) => (
            <Row key={row.span.number} row={row} head={head} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

function Row({ row, head }: { readonly row: Ancestor; readonly head: string }): JSX.Element {
  const { span, depth, isOnTheWay } = row;
  const { to, number } = span;
  return (
    <li class={number === head ? "head" : isOnTheWay ? "" : "beside"}>
      <span class="guide" aria-hidden="true">
        {`${"  ".repeat(depth)}${isOnTheWay ? "└ " : "├ "}`}
      </span>
      {to.typename !== undefined && to.id !== undefined ? (
        <InstanceLink typename={to.typename} id={to.id} withFunction />
      ) : (
        <Text of={to.egress ?? ""} />
      )}{" "}
      #{number} <Outcome span={span} withDuration />
    </li>
  );
}
