import type { JSX } from "preact";
import { count } from "../numbers.ts";
import { bucketsOf } from "./histogram.ts";

/** A histogram of milliseconds, as bars. */
export function Bars(props: {
  readonly counts: readonly number[];
  readonly bounds: readonly number[];
  readonly label: string;
}): JSX.Element {
  const buckets = bucketsOf(props.counts, props.bounds);
  return (
    <ol class="bars" aria-label={props.label}>
      {buckets.map(({ title, count: number, share }) => (
        <li key={title} title={`${title} ms: ${count(number)}`}>
          <span class="hidden">{count(number)} took </span>
          {/* A bucket of one beside one of a million is seen too. */}
          <i style={{ height: `${number === 0 ? 0 : Math.max(2, Math.round(share * 84))}px` }} />
          <span>{title.replace("≤ ", "")}</span>
          <span class="hidden"> ms</span>
        </li>
      ))}
    </ol>
  );
}
