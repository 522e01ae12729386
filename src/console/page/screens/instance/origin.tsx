import type { JSX } from "preact";
import type { Span, SpanTree } from "../../api/types.ts";
import { linkTo } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { Empty, Lack, Panel } from "../../ui/parts.tsx";
import { Read } from "../../ui/reads/read.tsx";
import { useRead } from "../../ui/reads/use-read.ts";
import { Outcome, SpanFrom, SpanTo } from "../../ui/span.tsx";
import { At } from "../../ui/time.tsx";
import { type Ancestor, lineageOf } from "./lineage.ts";

interface OriginProps {
  readonly head: string;
  readonly isRecorded: boolean;
}

/** What led to the first message, as far as a recording knows it. */
export function Origin({ head, isRecorded }: OriginProps): JSX.Element {
  const lack = lackOf("recording");
  return (
    <Panel
      title="What led to this message"
      actions={isRecorded && <a href={linkTo("messages", { message: head })}>Whole tree</a>}
    >
      <Lack of={lack} />
      {isRecorded ? (
        <Lineage head={head} />
      ) : (
        lack === undefined && (
          <Empty>
            #{head} is not recorded. <a href={linkTo("messages")}>Record</a> to see what leads to
            the next ones.
          </Empty>
        )
      )}
    </Panel>
  );
}

function Lineage({ head }: { readonly head: string }): JSX.Element {
  return (
    <Read of={useRead<SpanTree>(`messages/${head}`)} what="the recording">
      {({ spans, isComplete }) => {
        const rows = lineageOf(spans, head);
        return (
          <ol class="lineage mono">
            {!isComplete && <li class="beside">part of it is not recorded any more</li>}
            {rows.slice(0, 1).map(({ span }) => (
              <Outside key="" span={span} />
            ))}
            {rows.map((row) => (
              <Row key={row.span.number} row={row} head={head} />
            ))}
          </ol>
        );
      }}
    </Read>
  );
}

/** Where the first of all came from. */
function Outside({ span }: { readonly span: Span }): JSX.Element {
  return (
    <li>
      <SpanFrom span={span} /> <At ms={span.atMs} />
    </li>
  );
}

function Row({ row, head }: { readonly row: Ancestor; readonly head: string }): JSX.Element {
  const { span, depth, isOnTheWay } = row;
  return (
    <li class={span.number === head ? "head" : isOnTheWay ? "" : "beside"}>
      <span class="guide" aria-hidden="true">
        {`${"  ".repeat(depth)}${isOnTheWay ? "└ " : "├ "}`}
      </span>
      <SpanTo span={span} /> #{span.number} <Outcome span={span} withDuration />
    </li>
  );
}
