import type { JSX } from "preact";
import type { Span, SpanTree } from "../../api/types.ts";
import { linkTo } from "../../route/route.ts";
import { count, duration } from "../../ui/numbers.ts";
import { Badge, Panel } from "../../ui/parts.tsx";
import { Outcome, SpanFrom, SpanTo } from "../../ui/span.tsx";
import { At } from "../../ui/time.tsx";
import { barOf, type TimeLine, timeLineOf } from "./time-line.ts";
import { maxGuides, shownMs, type TreeRow, treeRows, waitedMs } from "./tree.ts";

/** All that a message has to do with: what led to it, and what came of it. */
export function MessageTree(props: {
  readonly tree: SpanTree;
  readonly number: string;
}): JSX.Element {
  const { tree, number } = props;
  const { spans, isComplete, leftOut = 0 } = tree;
  const rows = treeRows(spans);
  const line = timeLineOf(spans);
  const [first] = rows;
  return (
    <Panel
      title="Causes and effects"
      note={`${count(spans.length)} in ${duration(line.wholeMs)}${line.isShortened ? ", idle times shortened" : ""}`}
      actions={!isComplete && <Badge tone="warn">a part is no longer recorded</Badge>}
    >
      <ol class="tree">
        <li class="note" aria-hidden="true">
          <span />
          <span />
          <span>waited, then ran</span>
        </li>
        {first !== undefined && first.span.causes.length === 0 && (
          <li class="source">
            <SpanFrom span={first.span} /> <At ms={first.span.atMs} />
          </li>
        )}
        {rows.map((row) => (
          <Row
            key={`${row.span.kind} ${row.span.number}`}
            row={row}
            line={line}
            isChosen={row.span.number === number}
          />
        ))}
      </ol>
      {leftOut > 0 && <p class="empty">{count(leftOut)} more belong to it.</p>}
    </Panel>
  );
}

function Row(props: {
  readonly row: TreeRow;
  readonly line: TimeLine;
  readonly isChosen: boolean;
}): JSX.Element {
  const { row, line, isChosen } = props;
  const { span, depth, guide } = row;
  const { number, kind, causes, error } = span;
  return (
    <li class={isChosen ? "chosen" : undefined} aria-current={isChosen ? "true" : undefined}>
      <span class="what">
        <span class="guide mono" aria-hidden="true">
          {guide}
        </span>
        {depth > maxGuides && <span class="note">({depth} deep) </span>}
        <SpanTo span={span} />{" "}
        <a class="mono note" href={linkTo("messages", { message: number })}>
          #{number}
        </a>
        {kind === "timer" && <span class="note"> timer</span>}
        {causes.length > 1 && (
          <span class="note" title={`of ${causes.map((one) => `#${one}`).join(", ")}`}>
            {" "}
            by one of these {causes.length}
          </span>
        )}
        {span.causeUnknown === true && <span class="note"> cause not recorded</span>}
      </span>
      <span class="result">
        <Outcome span={span} />
      </span>
      <TimeBar span={span} line={line} />
      {error !== undefined && (
        <span class="error">
          <span class="guide mono" aria-hidden="true">
            {guide.replace(/├/, "│").replace(/└/, " ")}
          </span>
          <code>{error.code}</code> <bdi>{error.message.slice(0, 300)}</bdi>
        </span>
      )}
    </li>
  );
}

function TimeBar({ span, line }: { readonly span: Span; readonly line: TimeLine }): JSX.Element {
  const parts = Object.entries(barOf(span, line));
  const waited = `waited ${shownMs(waitedMs(span))}`;
  return (
    <span class="time" title={waited}>
      <span
        class="bar"
        style={Object.fromEntries(parts.map(([name, part]) => [`--${name}`, `${part * 100}%`]))}
        aria-hidden="true"
      />
      <span class="took">
        {shownMs(span.durationMs)}
        <span class="hidden"> {waited}</span>
      </span>
    </span>
  );
}
