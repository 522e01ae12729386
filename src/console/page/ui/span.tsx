import type { JSX } from "preact";
import type { Span, SpanOutcome } from "../api/types.ts";
import { linkTo } from "../route/route.ts";
import { InstanceLink } from "./address.tsx";
import { duration } from "./numbers.ts";
import { Badge, type Tone } from "./parts.tsx";
import { Text } from "./text.tsx";

const outcomes: { readonly [outcome in SpanOutcome]: readonly [Tone, string] } = {
  waiting: ["plain", "waiting"],
  running: ["warn", "running"],
  completed: ["good", "done"],
  failed: ["bad", "fails"],
  dead: ["bad", "given up"],
  scheduled: ["plain", "scheduled"],
  cancelled: ["plain", "cancelled"],
  delivered: ["good", "delivered"],
};

/** What became of a message, in a word. */
export function Outcome(props: {
  readonly span: Span;
  readonly withDuration?: boolean;
}): JSX.Element {
  const { outcome, attempts, durationMs, error } = props.span;
  const isTimed = props.withDuration === true && outcome !== "failed" && durationMs !== undefined;
  const [tone, word]: readonly [Tone, string] =
    outcome === "waiting" && error?.code === "unavailable"
      ? ["warn", "waits for its endpoint"]
      : (outcomes[outcome] ?? ["plain", outcome]);
  return (
    <Badge tone={tone}>
      {word}
      {outcome === "failed" && `, attempt ${attempts}`}
      {isTimed && ` ${duration(durationMs)}`}
    </Badge>
  );
}

const sources = {
  function: "a function",
  http: "HTTP",
  client: "this process",
  ingress: "an ingress",
  operator: "an operator",
  link: "another partition",
  unknown: "not recorded",
} as const;

/** Where a message came from. */
export function SpanFrom({ span }: { readonly span: Span }): JSX.Element {
  const { kind, name, typename, id } = span.from;
  if (typename !== undefined && id !== undefined) {
    return <InstanceLink typename={typename} id={id} withFunction />;
  }
  return (
    <span class="note">
      {sources[kind] ?? kind} {name !== undefined && <Text of={name} mono />}
    </span>
  );
}

/** Where a message went. */
export function SpanTo({ span }: { readonly span: Span }): JSX.Element {
  const { typename, id, egress } = span.to;
  if (typename !== undefined && id !== undefined) {
    return <InstanceLink typename={typename} id={id} withFunction />;
  }
  return (
    <a class="mono" href={linkTo("connections", { egress })}>
      <Text of={egress ?? ""} />
    </a>
  );
}
