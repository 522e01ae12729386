import { isCount } from "../../model/guards.ts";
import { type LinkRun, maxLinkRuns } from "../contract/links.ts";

/** The run that has given this number; undefined if that is not known. */
export function runOf(runs: readonly LinkRun[], number: number): string | undefined {
  return runs.findLast(({ since }) => since < number)?.run;
}

/** The same with a run that gives the numbers behind `last`, without those of which everything was acknowledged. */
export function withRun(
  runs: readonly LinkRun[],
  run: string,
  last: number,
  acknowledged: number,
): readonly LinkRun[] {
  if (runs.at(-1)?.run === run) return runs;
  const left = runs.filter((_, index) => (runs[index + 1]?.since ?? last) > acknowledged);
  return [...left, { run, since: last }].slice(-maxLinkRuns);
}

/** As it is stored: `since` and `run` in turns. */
export function textOfRuns(runs: readonly LinkRun[]): string {
  return runs.map(({ since, run }) => `${since} ${run}`).join(" ");
}

/** What cannot be read is not known. */
export function runsOfText(text: string): LinkRun[] {
  const words = text === "" ? [] : text.split(" ");
  const runs: LinkRun[] = [];
  for (let index = 0; index < words.length; index += 2) {
    const since = Number(words[index]);
    const run = words[index + 1];
    if (!isCount(since) || run === undefined) return [];
    runs.push({ run, since });
  }
  return runs;
}
