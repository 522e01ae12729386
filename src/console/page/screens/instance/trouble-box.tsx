import type { ComponentChildren, JSX } from "preact";
import type { FunctionRow, Instance, InstanceTrouble, Trouble } from "../../api/types.ts";
import { linkTo } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { FunctionLink } from "../../ui/address.tsx";
import { count } from "../../ui/numbers.ts";
import { useRead } from "../../ui/reads/use-read.ts";
import { visible } from "../../ui/text.tsx";
import { Ago, At } from "../../ui/time.tsx";

/** Of attempts that are drawn. */
const maxDots = 16;
const limit = 1_000;

interface TroubleProps {
  readonly instance: Instance;
  readonly fn: FunctionRow | undefined;
}

/** Why an instance stands still, and what would let it go on. */
export function TroubleBox({ instance, fn }: TroubleProps): JSX.Element | null {
  const { typename, trouble } = instance;
  if (trouble === undefined) return null;
  const { kind, code, reason, attempts, number, atMs, retryAtMs } = trouble;
  const isCalm = kind === "paused" || kind === "busy" || kind === "endpoint";
  const most = fn?.retry?.maxAttempts;
  return (
    <section class={`trouble ${isCalm ? "warn" : "bad"}`} aria-label="Why it stands still">
      <div>
        <h2>
          <bdi>{visible(reason)}</bdi>
        </h2>
        <p class="mono">
          {code}
          {attempts > 0 &&
            ` · attempt ${count(attempts)}${most === undefined ? "" : ` of ${count(most)}`} failed`}
          {atMs !== undefined && (
            <>
              {" · "}
              {kind === "paused" ? "since" : "seen"} <At ms={atMs} />
            </>
          )}
        </p>
        <p>
          {sentenceOf(typename, trouble)} At the head is{" "}
          <a class="mono" href={linkTo("messages", { message: number })}>
            #{number}
          </a>
          . {lackOf("troubles") === undefined && <Others of={{ ...instance, trouble }} />}
        </p>
      </div>
      {retryAtMs !== undefined && <Attempts {...{ attempts, retryAtMs, most }} />}
    </section>
  );
}

function sentenceOf(typename: string, { kind, waitsFor = typename }: Trouble): ComponentChildren {
  const of = <FunctionLink typename={waitsFor} />;
  switch (kind) {
    case "retrying":
      return "It tries again by itself. Nothing behind the head runs before the head is done or given up.";
    case "endpoint":
      return (
        <>
          It waits until the endpoint of {of} answers, and no attempt is used up (
          <a href={linkTo("connections")}>Connections</a>).
        </>
      );
    case "unbound":
      return (
        <>
          This application has no function {of}: it was left out of a deploy, or its name is
          misspelt. What waits runs once it is bound.
        </>
      );
    case "busy":
      return <>{of} has as many running steps as it may have. It takes its turn.</>;
    case "paused":
      return "Messages are accepted and wait, in order, until it is resumed.";
    case "state":
      return "Its state cannot be read from the store. Edit or forget that state to let it go on.";
  }
}

/** How many others say the same: one is a mistake in data, many are a deploy or an outage. */
function Others({ of }: { readonly of: Instance & { readonly trouble: Trouble } }) {
  const { typename, id, trouble } = of;
  const { data } = useRead<{ readonly troubles: readonly InstanceTrouble[] }>(
    "troubles",
    { limit },
    trouble.reason,
  );
  if (data === undefined) return null;
  const others = data.troubles.filter(
    (one) =>
      one.typename === typename && one.kind === trouble.kind && one.reason === trouble.reason,
  );
  const same = others.filter((one) => one.id !== id).length;
  if (same === 0) return <>No other instance stands still for this reason.</>;
  return (
    <>
      {same === 1
        ? "1 other instance stands"
        : `${count(same)} other instances of this function stand`}{" "}
      still for the same reason.{" "}
      <a href={linkTo("instances", { function: typename, is: "troubled" })}>Show them</a>
    </>
  );
}

function Attempts(props: {
  readonly attempts: number;
  readonly retryAtMs: number;
  readonly most: number | undefined;
}): JSX.Element {
  const { attempts, retryAtMs, most = attempts + 1 } = props;
  const dots = Math.min(most, maxDots);
  const tried = Math.floor((attempts * dots) / most);
  return (
    <div class="attempts">
      <p>
        Next attempt{" "}
        <strong>
          <Ago ms={retryAtMs} />
        </strong>
        {props.most !== undefined && attempts + 1 >= most && ", then it is a dead letter"}
      </p>
      <ol aria-hidden="true">
        {Array.from({ length: dots }, (_, at) => (
          <li key={at} class={at < tried ? "tried" : at === tried ? "next" : ""} />
        ))}
      </ol>
    </div>
  );
}
