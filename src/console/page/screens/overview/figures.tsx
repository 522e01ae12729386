import type { JSX } from "preact";
import { lackOf } from "../../session/session.ts";
import { duration, rate } from "../../ui/numbers.ts";
import { Failure, Lack } from "../../ui/parts.tsx";
import { Figure } from "../functions/figure.tsx";
import { perSecond } from "../functions/steps.ts";
import type { Lines } from "../functions/use-lines.ts";

/** How the application is, in four numbers with their last ten minutes. */
export function Figures({ data: lines, steps }: Lines): JSX.Element {
  const lack = lackOf("rates");
  const waiting = lines?.flatMap(({ oldest }) => oldest ?? []);
  const oldest = waiting?.length === 0 ? "none" : text(waiting && Math.max(...waiting), duration);
  const { handled, failed, commitP99Ms, stepMs } = steps.data ?? {};
  const failures = perSecond(failed, stepMs);
  const commit = commitP99Ms?.findLast((one) => one !== null) ?? undefined;
  return (
    <section class="panel figures" aria-label="Figures">
      <Lack of={lack} />
      <Failure error={steps.error} again={steps.again} />
      {lack === undefined && (
        <>
          <Figure
            title="Messages handled"
            value={text(perSecond(handled, stepMs), rate)}
            unit="a second"
            values={handled}
          />
          <Figure
            title="Failed attempts"
            value={text(failures, rate)}
            unit="a second"
            values={failed}
            tone={failures ? "bad" : "blue"}
          />
          <Figure
            title="Commit, p99"
            value={text(commit, rate)}
            unit="ms"
            values={commitP99Ms}
            tone="good"
          />
        </>
      )}
      <Figure title="Oldest waiting message" value={oldest} />
    </section>
  );
}

function text(value: number | undefined, show: (value: number) => string): string {
  return value === undefined ? "–" : show(value);
}
