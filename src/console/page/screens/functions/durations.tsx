import type { JSX } from "preact";
import { Bars } from "../../ui/charts/bars.tsx";
import { quantile, span } from "../../ui/numbers.ts";

/** A histogram of durations: "p50 ≤ 2.5 ms", since it knows no more than its buckets, and bars. */
export function Durations(props: {
  readonly counts: readonly number[];
  readonly bounds: readonly number[];
  readonly label: string;
}): JSX.Element {
  return (
    <>
      <p class="shares">
        {[50, 90, 99].map((part) => (
          <span key={part}>
            <span class="note">p{part}</span>{" "}
            <b>≤ {span(quantile(props.counts, props.bounds, part / 100) ?? 0)}</b>
          </span>
        ))}
      </p>
      <Bars {...props} />
    </>
  );
}
