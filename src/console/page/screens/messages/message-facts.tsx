import type { ComponentChildren, JSX } from "preact";
import type { Span } from "../../api/types.ts";
import { linkTo } from "../../route/route.ts";
import { bytes, count, duration } from "../../ui/numbers.ts";
import { Panel } from "../../ui/parts.tsx";
import { Outcome, SpanFrom, SpanTo } from "../../ui/span.tsx";
import { Text, visible } from "../../ui/text.tsx";
import { At } from "../../ui/time.tsx";
import { waitedMs } from "./tree.ts";

/** What a recording knows of one message. */
export function MessageFacts({ span }: { readonly span: Span }): JSX.Element {
  const wait = waitedMs(span);
  const facts: readonly (readonly [string, ComponentChildren])[] = [
    ["To", <SpanTo key="to" span={span} />],
    ["From", <SpanFrom key="from" span={span} />],
    [
      "Type",
      <>
        <Text of={span.messageTypename} mono /> <span class="note">{bytes(span.size)}</span>
      </>,
    ],
    ["Made", <At key="at" ms={span.atMs} />],
    ["Waited", wait === undefined ? "–" : duration(wait)],
    ["Ran", span.durationMs === undefined ? "–" : duration(span.durationMs)],
    [
      span.attempts === 1 ? "Attempt" : "Attempts",
      span.attempts === 0 ? "–" : count(span.attempts),
    ],
  ];
  return (
    <Panel title={`#${span.number}`} note={span.kind} actions={<Outcome span={span} />}>
      <dl class="pairs">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        {span.error !== undefined && (
          <div>
            <dt>Error</dt>
            <dd class="bad-text">
              <code>{span.error.code}</code> <bdi>{visible(span.error.message)}</bdi>{" "}
              {span.deadLetter !== undefined && (
                <a href={linkTo("dead-letters", { letter: span.deadLetter })}>its dead letter</a>
              )}
            </dd>
          </div>
        )}
      </dl>
    </Panel>
  );
}
