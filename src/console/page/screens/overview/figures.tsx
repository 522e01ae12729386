import type { JSX } from "preact";
import type { Rates } from "../../api/types.ts";
import { lackOf } from "../../session/session.ts";
import { Sparkline } from "../../ui/charts/sparkline.tsx";
import { duration, rate } from "../../ui/numbers.ts";
import { Failure, Lack } from "../../ui/parts.tsx";
import type { Reading } from "../../ui/reads/use-read.ts";
import type { FunctionView } from "../functions/function-view.ts";
import { lastOf, perSecond } from "../functions/steps.ts";

/** How the application is, in four numbers with their last ten minutes. */
export function Figures(props: {
  readonly steps: Reading<Rates>;
  readonly views: readonly FunctionView[] | undefined;
}): JSX.Element {
  const { views } = props;
  const { data: steps, error, again } = props.steps;
  const lack = lackOf("rates");
  const waiting = (views ?? []).filter(({ figures }) => (figures?.waiting ?? 0) > 0);
  const oldest = Math.max(0, ...waiting.map(({ figures }) => figures?.oldestMs ?? 0));
  const oldestText = views === undefined ? "–" : waiting.length === 0 ? "none" : duration(oldest);
  const failed = perSecond(steps?.failed, steps?.stepMs);
  const commit = lastOf(steps?.commitP99Ms);
  return (
    <section class="panel figures" aria-label="Figures">
      {lack !== undefined && <Lack of={lack} />}
      <Failure error={error} again={again} />
      {lack === undefined && (
        <>
          <Figure
            title="Messages handled"
            note="10 min"
            value={rateText(perSecond(steps?.handled, steps?.stepMs))}
            unit="a second"
            values={steps?.handled}
          />
          <Figure
            title="Failed attempts"
            value={rateText(failed)}
            unit="a second"
            values={steps?.failed}
            tone={(failed ?? 0) > 0 ? "bad" : "blue"}
          />
          <Figure
            title="Commit, p99"
            value={commit === undefined ? "–" : millis(commit)}
            unit="ms"
            values={steps?.commitP99Ms}
            tone="good"
          />
        </>
      )}
      <Figure title="Oldest waiting message" value={oldestText} />
    </section>
  );
}

/** Two digits are enough of what is interpolated. */
function millis(value: number): string {
  return Number(value.toPrecision(2)).toLocaleString("en-US");
}

function rateText(value: number | undefined): string {
  return value === undefined ? "–" : rate(value);
}

function Figure(props: {
  readonly title: string;
  readonly value: string;
  readonly unit?: string;
  readonly note?: string;
  readonly values?: readonly (number | null)[] | undefined;
  readonly tone?: "blue" | "bad" | "good";
}): JSX.Element {
  const { title, value, unit, note, values, tone = "blue" } = props;
  return (
    <div class={`figure ${tone}`}>
      <div class="note">
        <span>{title}</span>
        {note !== undefined && <span>{note}</span>}
      </div>
      <div>
        <strong>{value}</strong> {unit !== undefined && <span class="note">{unit}</span>}
      </div>
      {values !== undefined && (
        <Sparkline
          values={values}
          tone={tone}
          width={240}
          height={32}
          label={`${title}, in the last ten minutes`}
        />
      )}
    </div>
  );
}
