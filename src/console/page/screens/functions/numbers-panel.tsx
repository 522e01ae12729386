import type { JSX } from "preact";
import type { Rates } from "../../api/types.ts";
import { linkTo } from "../../route/route.ts";
import { Sparkline } from "../../ui/charts/sparkline.tsx";
import { Facts } from "../../ui/facts.tsx";
import { count, duration, rate } from "../../ui/numbers.ts";
import { Failure, Panel } from "../../ui/parts.tsx";
import type { Reading } from "../../ui/reads/use-read.ts";
import type { FunctionLine } from "./rows.ts";
import { ratesOf } from "./steps.ts";

/** What a function does now, in the last ten minutes, and since the start. */
export function FunctionNumbersPanel(props: {
  readonly line: FunctionLine;
  readonly steps: Reading<Rates>;
}): JSX.Element {
  const { line, steps } = props;
  const { view, numbers } = line;
  const { typename, dead } = view;
  const rates = ratesOf(steps.data, typename);
  const hasFailed = rates?.failed.some((one) => (one ?? 0) > 0) === true;
  return (
    <Panel title="Messages" note="last ten minutes, and since the start">
      <div class="pair">
        <Chart
          title="Handled"
          value={`${rate(numbers.rate)} a second`}
          values={rates?.handled}
          tone="blue"
        />
        <Chart
          title="Failed attempts"
          value={`${count(numbers.failed)} since the start`}
          values={rates?.failed}
          tone={hasFailed ? "bad" : "blue"}
        />
      </div>
      <Failure error={steps.error} again={steps.again} />
      <Facts
        of={[
          ["Waiting", count(numbers.waiting)],
          ["Oldest", numbers.waiting === 0 ? "–" : duration(numbers.oldest)],
          ["Completed", count(numbers.completed)],
          ["Refused", count(numbers.refused)],
          [
            "Dead letters",
            dead === 0 ? (
              "0"
            ) : (
              <a href={linkTo("dead-letters", { function: typename })}>{count(dead)}</a>
            ),
          ],
          [
            "Blocked instances",
            view.blocked === 0 ? (
              "0"
            ) : (
              <a href={linkTo("instances", { function: typename, is: "troubled" })}>
                {count(view.blocked)}
              </a>
            ),
          ],
        ]}
      />
    </Panel>
  );
}

function Chart(props: {
  readonly title: string;
  readonly value: string;
  readonly values: readonly (number | null)[] | undefined;
  readonly tone: "blue" | "bad";
}): JSX.Element {
  const { title, value, values, tone } = props;
  return (
    <div>
      <div class="note">{title}</div>
      <strong>{value}</strong>
      <Sparkline
        values={values ?? []}
        tone={tone}
        width={240}
        height={40}
        label={`${title}, in the last ten minutes`}
      />
    </div>
  );
}
