import type { JSX } from "preact";
import { linkTo } from "../../route/route.ts";
import { count } from "../../ui/numbers.ts";
import { forgetJob, isJobRunning, type Job, job, stopJob } from "./jobs.ts";

/** How a replay or a discard of many goes on, on every screen. */
export function JobBar(): JSX.Element | null {
  const shown = job.value;
  if (shown === undefined) return null;
  const { plan, status, count: done } = shown;
  const { reason, ...filter } = plan.filter;
  const isRunning = isJobRunning();
  return (
    <section class={`job ${status}`} aria-label="Dead letters: what is under way">
      <span role="status">{textOf(shown)}</span>
      <progress max={plan.total} value={done} aria-label="Letters that are done" />
      {status !== "done" && <a href={linkTo("dead-letters", { ...filter, text: reason })}>Show</a>}
      <button type="button" onClick={isRunning ? stopJob : forgetJob}>
        {isRunning ? "Stop" : "Close"}
      </button>
    </section>
  );
}

function textOf({ plan, status, count: done, returned, reason }: Job): string {
  const verb = plan.kind === "replay" ? "Replay" : "Discard";
  const share = `${count(done)} of ${count(plan.total)}.`;
  const back = returned > 0 ? ` ${returned} new dead letters since.` : "";
  const texts = {
    running: `${verb}ing: ${share} It stops if you close this tab.${back}`,
    lost: `${verb}ing: ${share} It continues when there is an answer: ${reason}`,
    done: `${verb}ed ${count(done)}.${back}`,
    stopped: `Stopped. ${verb}ed ${share}${back}`,
    returned: `Stopped: replayed letters fail again. ${share.replace(".", "")} replayed, at least ${returned} new dead letters.`,
    failed: `Stopped. ${verb}ed ${share} ${reason}`,
  };
  return texts[status];
}
