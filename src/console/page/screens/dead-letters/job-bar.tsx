import type { JSX } from "preact";
import { linkTo } from "../../route/route.ts";
import { count } from "../../ui/numbers.ts";
import { forgetJob, isJobRunning, type Job, job, stopJob } from "./jobs.ts";

/** How a replay or a discard of many goes on, on every screen. */
export function JobBar(): JSX.Element | null {
  const shown = job.value;
  if (shown === undefined) return null;
  const { plan, count: done } = shown;
  const isRunning = isJobRunning();
  return (
    <section class={`job ${shown.status}`} aria-label="Dead letters: what is under way">
      <span role="status">{textOf(shown)}</span>
      <progress
        max={Math.max(1, plan.total)}
        value={Math.min(done, plan.total)}
        aria-label={`${count(done)} of ${count(plan.total)}`}
      />
      <a
        href={linkTo("dead-letters", {
          ...plan.filter,
          reason: undefined,
          text: plan.filter.reason,
        })}
      >
        Show
      </a>
      {isRunning ? (
        <button type="button" onClick={stopJob}>
          Stop
        </button>
      ) : (
        <button type="button" onClick={forgetJob}>
          Close
        </button>
      )}
    </section>
  );
}

function textOf({ plan, status, count: done, returned, reason }: Job): string {
  const [doing, ended] =
    plan.kind === "replay" ? ["Replaying", "Replayed"] : ["Discarding", "Discarded"];
  const share = `${count(done)} of ${count(plan.total)}`;
  const back =
    plan.kind === "replay" && returned > 0
      ? ` ${returned >= 10 ? "10 or more" : returned} new dead letters since.`
      : "";
  switch (status) {
    case "running":
      return `${doing}: ${share}. It runs in this tab, and stops if you close it.${back}`;
    case "lost":
      return `${doing}: ${share}. It goes on once there is an answer: ${reason}`;
    case "done":
      return `${ended} ${count(done)}.${back}`;
    case "stopped":
      return `Stopped. ${ended} ${share}.${back}`;
    case "returned":
      return `Stopped by itself: letters come back. ${ended} ${share}.${back}`;
    case "failed":
      return `Stopped. ${ended} ${share}. ${reason}`;
  }
}
