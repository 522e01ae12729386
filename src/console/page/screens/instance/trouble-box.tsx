import type { ComponentChildren, JSX } from "preact";
import type { FunctionRow, InstanceTrouble, Trouble } from "../../api/types.ts";
import { linkTo } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { FunctionLink } from "../../ui/address.tsx";
import { count, duration } from "../../ui/numbers.ts";
import { useRead } from "../../ui/reads/use-read.ts";
import { Text, visible } from "../../ui/text.tsx";
import { Ago, At, now } from "../../ui/time.tsx";

/** Of attempts that are drawn. */
const maxDots = 16;
const limit = 1_000;

interface TroubleProps {
  readonly typename: string;
  readonly id: string;
  readonly trouble: Trouble;
  readonly fn: FunctionRow | undefined;
}

/** Why an instance stands still, and what would let it go on. */
export function TroubleBox(props: TroubleProps): JSX.Element {
  const { typename, trouble, fn } = props;
  const { kind, code, reason, attempts, number, atMs } = trouble;
  const isCalm = kind === "paused" || kind === "busy" || kind === "endpoint";
  return (
    <section class={`trouble ${isCalm ? "warn" : "bad"}`} aria-label="Why it stands still">
      <div>
        <h2>
          <bdi>{visible(reason)}</bdi>
        </h2>
        <p class="mono">
          {code}
          {attempts > 0 && ` · ${attemptText(attempts, fn)}`}
          {atMs !== undefined && (
            <>
              {" · "}
              {kind === "paused" ? "since" : "seen"} <At ms={atMs} />
            </>
          )}
          {kind === "retrying" && atMs === undefined && " · not tried since the start"}
        </p>
        <p>
          {sentenceOf(typename, trouble)} At the head is{" "}
          <a class="mono" href={linkTo("messages", { message: number })}>
            #{number}
          </a>
          . <Others {...props} />
        </p>
      </div>
      {trouble.retryAtMs !== undefined && <Attempts trouble={trouble} fn={fn} />}
    </section>
  );
}

function attemptText(attempts: number, fn: FunctionRow | undefined): string {
  const most = fn?.retry?.maxAttempts;
  return most === undefined
    ? `attempt ${count(attempts)} failed`
    : `attempt ${count(attempts)} of ${count(most)} failed`;
}

function sentenceOf(typename: string, { kind, waitsFor = typename }: Trouble): ComponentChildren {
  const connections = <a href={linkTo("connections")}>Ways in and out</a>;
  switch (kind) {
    case "retrying":
      return "It tries again by itself. Nothing behind the head runs before the head is done or given up.";
    case "endpoint":
      return (
        <>
          It waits until the endpoint of <Text of={waitsFor} mono /> answers, and no attempt is used
          up ({connections}).
        </>
      );
    case "unbound":
      return (
        <>
          This application has no function <Text of={waitsFor} mono />: it was left out of a deploy,
          or its name is misspelt. What waits runs once it is bound.
        </>
      );
    case "busy":
      return (
        <>
          <FunctionLink typename={waitsFor} /> has as many running steps as it may have. It takes
          its turn.
        </>
      );
    case "paused":
      return "Messages are accepted and wait, in order, until it is resumed.";
    case "state":
      return "Its state cannot be read from the store. Edit or forget that state to let it go on.";
  }
}

/** How many others say the same: one is a mistake in data, many are a deploy or an outage. */
function Others({ typename, id, trouble }: TroubleProps): JSX.Element | null {
  const isKnown = lackOf("troubles") === undefined;
  const { data } = useRead<{ readonly troubles: readonly InstanceTrouble[] }>(
    isKnown ? "troubles" : undefined,
    { limit },
    trouble.reason,
  );
  if (data === undefined) return null;
  const same = data.troubles.filter(
    (one) =>
      one.typename === typename &&
      one.id !== id &&
      one.kind === trouble.kind &&
      one.reason === trouble.reason,
  ).length;
  if (same === 0) return <>No other instance stands still for this reason.</>;
  const more = data.troubles.length >= limit ? " or more" : "";
  return (
    <>
      {same === 1
        ? "1 other instance stands"
        : `${count(same)}${more} other instances of this function stand`}{" "}
      still for the same reason.{" "}
      <a href={linkTo("instances", { function: typename, is: "troubled" })}>Show them</a>
    </>
  );
}

function Attempts(props: {
  readonly trouble: Trouble;
  readonly fn: FunctionRow | undefined;
}): JSX.Element {
  const { attempts, retryAtMs = 0 } = props.trouble;
  const most = props.fn?.retry?.maxAttempts;
  const left = retryAtMs - now.value;
  const dots = Math.min(most ?? attempts + 1, maxDots);
  const tried = most === undefined || most <= maxDots ? attempts : (attempts / most) * maxDots;
  return (
    <div class="attempts">
      <p>
        Next attempt{" "}
        <strong>
          {left > 1_500 ? (
            <time>in {duration(Math.ceil(left / 1_000) * 1_000)}</time>
          ) : (
            <Ago ms={retryAtMs} />
          )}
        </strong>
        {most !== undefined && attempts + 1 >= most && ", then it is a dead letter"}
      </p>
      <ol aria-hidden="true">
        {Array.from({ length: dots }, (_, at) => (
          <li key={at} class={at < tried ? "tried" : at < tried + 1 ? "next" : ""} />
        ))}
      </ol>
      <p class="note">
        {most === undefined
          ? `${count(attempts)} failed`
          : `${count(attempts)} of ${count(most)} failed, then a dead letter`}
      </p>
    </div>
  );
}
