import type { JSX } from "preact";
import type { Windows } from "../../api/types.ts";
import { Bars } from "../../ui/charts/bars.tsx";
import { count, quantile, span } from "../../ui/numbers.ts";
import { Empty, Failure, Loading, Panel } from "../../ui/parts.tsx";
import { useRead } from "../../ui/reads/use-read.ts";
import type { FunctionView } from "./function-view.ts";

/** How long steps of a function take. */
export function DurationsPanel({ view }: { readonly view: FunctionView }): JSX.Element {
  const windows = useRead<Windows>("windows");
  const bounds = windows.data?.boundsMs;
  const { counts = [] } = view.figures?.durationMs ?? {};
  const total = counts.reduce((sum, one) => sum + one, 0);
  return (
    <Panel title="How long it takes" note={`${count(total)} since the start, in milliseconds`}>
      <Failure error={windows.error} again={windows.again} />
      <Loading isLoading={bounds === undefined && windows.error === undefined} what="the bounds" />
      {bounds !== undefined && total === 0 && (
        <Empty>It has handled nothing since the start.</Empty>
      )}
      {bounds !== undefined && total > 0 && (
        <>
          <p class="shares">{sharesOf(counts, bounds)}</p>
          <Bars counts={counts} bounds={bounds} label="Durations" />
        </>
      )}
    </Panel>
  );
}

/** "p50 ≤ 2.5 ms": a histogram knows no more than its buckets. */
export function sharesOf(counts: readonly number[], bounds: readonly number[]): JSX.Element[] {
  return [50, 90, 99].map((part) => {
    const value = quantile(counts, bounds, part / 100);
    return (
      <span key={part}>
        <span class="note">p{part}</span> <b>{value === undefined ? "–" : `≤ ${span(value)}`}</b>
      </span>
    );
  });
}
