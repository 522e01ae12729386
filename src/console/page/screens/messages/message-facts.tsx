import type { JSX } from "preact";
import type { Span } from "../../api/types.ts";
import { linkTo } from "../../route/route.ts";
import { Facts } from "../../ui/facts.tsx";
import { bytes } from "../../ui/numbers.ts";
import { Panel } from "../../ui/parts.tsx";
import { Outcome, SpanFrom } from "../../ui/span.tsx";
import { Text, visible } from "../../ui/text.tsx";
import { At } from "../../ui/time.tsx";
import { shownMs, waitedMs } from "./tree.ts";

/** What a recording knows of one message. */
export function MessageFacts({ span }: { readonly span: Span }): JSX.Element {
  const { number, kind, messageTypename, size, atMs, durationMs, attempts, error } = span;
  const type = (
    <>
      <Text of={messageTypename} mono /> <span class="note">{bytes(size)}</span>
    </>
  );
  const problem = error && (
    <span class="bad-text">
      <code>{error.code}</code> <bdi>{visible(error.message)}</bdi>{" "}
      {span.deadLetter !== undefined && (
        <a href={linkTo("dead-letters", { letter: span.deadLetter })}>its dead letter</a>
      )}
    </span>
  );
  return (
    <Panel title={`#${number}`} note={kind} actions={<Outcome span={span} />}>
      <Facts
        class="pairs"
        of={[
          ["From", <SpanFrom key="from" span={span} />],
          ["Type", type],
          ["Made", <At key="at" ms={atMs} />],
          ["Waited", shownMs(waitedMs(span))],
          ["Ran", shownMs(durationMs)],
          ["Attempts", attempts || "–"],
          ["Error", problem],
        ]}
      />
    </Panel>
  );
}
