import type { ComponentChildren, JSX } from "preact";
import type { FunctionRow, Instance, InstanceTrouble, Trouble } from "../../api/types.ts";
import { linkTo } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { FunctionLink } from "../../ui/address.tsx";
import { count, counted } from "../../ui/numbers.ts";
import { useRead } from "../../ui/reads/use-read.ts";
import { visible } from "../../ui/text.tsx";
import { Ago, At } from "../../ui/time.tsx";

/** Of attempts that are drawn. */
const maxDots = 10;
const limit = 1_000;

interface TroubleProps {
  readonly instance: Instance;
  readonly fn: FunctionRow | undefined;
}

/** Why an instance is blocked, and what would let it go on. */
export function TroubleBox({ instance, fn }: TroubleProps): JSX.Element | null {
  const { typename, trouble } = instance;
  if (trouble === undefined) return null;
  const { kind, code, reason, attempts, number, atMs, retryAtMs } = trouble;
  const isCalm = kind === "paused" || kind === "busy" || kind === "endpoint";
  const most = fn?.retry?.maxAttempts;
  return (
    <section class={`trouble ${isCalm ? "warn" : "bad"}`} aria-label="Why it is blocked">
      <div>
        <h2>
          <bdi>{visible(reason)}</bdi>
        </h2>
        <p class="mono">
          {code}
          {atMs !== undefined && (
            <>
              {" · "}
              {kind === "paused" ? "since" : "seen"} <At ms={atMs} />
            </>
          )}
        </p>
        <p>
          {sentenceOf(typename, trouble)} The first message is{" "}
          <a class="mono" href={linkTo("messages", { message: number })}>
            #{number}
          </a>
          . {lackOf("troubles") === undefined && <Others of={{ ...instance, trouble }} />}
        </p>
      </div>
      {retryAtMs !== undefined && kind === "retrying" && (
        <Attempts {...{ attempts, retryAtMs, most }} />
      )}
    </section>
  );
}

function sentenceOf(typename: string, { kind, waitsFor = typename }: Trouble): ComponentChildren {
  const of = <FunctionLink typename={waitsFor} />;
  switch (kind) {
    case "retrying":
      return "It is retried. The other messages wait until this one succeeds or is given up.";
    case "endpoint":
      return (
        <>
          It waits until the <a href={linkTo("connections")}>endpoint</a> of {of} answers. No
          attempt is used up.
        </>
      );
    case "unbound":
      return (
        <>
          This application has no function {of}: it is missing in a deploy, or its name is misspelt.
          Messages wait until it is bound.
        </>
      );
    case "busy":
      return <>The limit of concurrent calls of {of} is reached. It waits its turn.</>;
    case "paused":
      return "Messages wait, in order, until it is resumed.";
    case "state":
      return "A state of it cannot be read. Edit or forget that state.";
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
  if (same === 0) return <>No other instance is blocked for this reason.</>;
  return (
    <>
      {counted(same, "other instance")} of this function {same === 1 ? "is" : "are"} blocked for the
      same reason. <a href={linkTo("instances", { function: typename, is: "troubled" })}>Show</a>
    </>
  );
}

function Attempts(props: {
  readonly attempts: number;
  readonly retryAtMs: number;
  readonly most: number | undefined;
}): JSX.Element {
  const { attempts, retryAtMs, most } = props;
  const dots = Math.min(most ?? 0, maxDots);
  const tried = Math.ceil((attempts * dots) / (most ?? 1));
  return (
    <div class="attempts">
      <p>
        Next attempt{" "}
        <strong>
          <Ago ms={retryAtMs} />
        </strong>
      </p>
      <p>
        {most === undefined
          ? `${counted(attempts, "attempt")} failed.`
          : `${count(attempts)} of ${count(most)} attempts failed. After ${count(most)} it becomes a dead letter.`}
      </p>
      <ol aria-hidden="true">
        {Array.from({ length: dots }, (_, at) => (
          <li key={at} class={at < tried ? "tried" : at === tried ? "next" : ""} />
        ))}
      </ol>
    </div>
  );
}
