import type { JSX } from "preact";
import { Sparkline } from "../../ui/charts/sparkline.tsx";
import type { Steps } from "./steps.ts";

/** A number with its last ten minutes. */
export function Figure(props: {
  readonly title: string;
  readonly value: string;
  readonly unit?: string;
  readonly values?: Steps | undefined;
  readonly tone?: "blue" | "bad" | "good";
}): JSX.Element {
  const { title, value, unit, values, tone = "blue" } = props;
  return (
    <div class={`figure ${tone}`}>
      <div class="note">{title}</div>
      <strong>{value}</strong> <span class="note">{unit}</span>
      {values !== undefined && (
        <Sparkline
          {...{ values, tone, width: 240, height: 32 }}
          label={`${title}, in the last ten minutes`}
        />
      )}
    </div>
  );
}
