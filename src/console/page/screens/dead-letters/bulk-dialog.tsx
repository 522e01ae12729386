import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type ApiError, newKey, read } from "../../api/client.ts";
import type { DeadGroup } from "../../api/types.ts";
import { noteRefusal } from "../../session/session.ts";
import { Confirm, type Intent } from "../../ui/confirm.tsx";
import { count, counted, duration } from "../../ui/numbers.ts";
import { Failure } from "../../ui/parts.tsx";
import { Text } from "../../ui/text.tsx";
import { moment } from "../../ui/time.tsx";
import { isDown } from "./is-down.ts";
import { type JobPlan, mostReturned } from "./job.ts";
import { type Counted, countLetters, type LettersPage, startJob } from "./jobs.ts";
import { filterText, type LetterFilter, subjectOf } from "./letter-filter.ts";

/** More than these are typed as a number. */
const fewLetters = 10;
const mostKinds = 5;
const rates = [5, 20, 100, 1_000] as const;

interface BulkProps {
  readonly kind: JobPlan["kind"];
  readonly filter: LetterFilter;
  /** What the filter takes, by kinds. */
  readonly groups: readonly DeadGroup[];
  readonly onClose: () => void;
}

/** What was counted, up to a letter that is the newest for good. */
interface Frozen extends Counted {
  readonly upTo: string;
  readonly untilMs: number;
}

/** The dialog before a replay or a discard of all that match: counted first, and frozen there. */
export function BulkDialog({ kind, filter, groups, onClose }: BulkProps): JSX.Element {
  const [frozen, setFrozen] = useState<Frozen>();
  const [error, setError] = useState<ApiError>();
  const isReplay = kind === "replay";
  const [perSecond, setPerSecond] = useState<number>(isReplay ? 20 : 1_000);
  useEffect(() => {
    const control = new AbortController();
    freeze(kind, filter, control.signal).then(setFrozen, (problem) => {
      if (!control.signal.aborted) setError(noteRefusal(problem));
    });
    return () => control.abort();
  }, []);
  const total = frozen?.count ?? 0;
  const verb = isReplay ? "Replay" : "Discard";
  const run = async (intent: Intent): Promise<undefined> => {
    if (frozen !== undefined)
      startJob({ ...intent, kind, filter, upTo: frozen.upTo, total, perSecond });
  };
  const number = frozen && `${count(total)}${frozen.isMore ? " and more" : ""} `;
  const uncounted = error === undefined ? "counting" : "they could not be counted";
  return (
    <Confirm
      title={`${verb} ${number ?? ""}dead letters?`}
      action={frozen === undefined ? verb : `${verb} ${count(total)}`}
      isDangerous={!isReplay || groups.length > 1}
      typed={total > fewLetters ? String(total) : undefined}
      reason={frozen === undefined ? uncounted : total === 0 ? "there is none" : undefined}
      run={run}
      onClose={onClose}
    >
      <Failure error={error} />
      <p>
        <strong>
          <Text of={filterText(filter, moment)} max={500} />
        </strong>
        {frozen !== undefined && frozen.untilMs > 0 && `, until ${moment(frozen.untilMs)}`}. Later
        ones are left.
      </p>
      <ul>
        {groups.slice(0, mostKinds).map((group, at) => (
          <li key={at}>
            {count(group.count)} of <Text of={subjectOf(group)} mono />: <Text of={group.reason} />
            {isReplay && isDown(subjectOf(group)) && (
              <strong>. Its endpoint is down: they would wait, not fail.</strong>
            )}
          </li>
        ))}
        {groups.length > mostKinds && (
          <li>and {counted(groups.length - mostKinds, "other kind")}</li>
        )}
        <li>
          {isReplay
            ? "Each is added at the end of the mailbox of its instance, with new attempts, the oldest first."
            : "They are deleted. This cannot be taken back."}
        </li>
        {isReplay && (
          <li>
            {count(perSecond)} a second, about {duration((total / perSecond) * 1_000)}. It stops
            after {mostReturned} new dead letters.
          </li>
        )}
        <li>It runs in this tab, and stops if you close it.</li>
      </ul>
      {isReplay && (
        <label class="check">
          Letters a second
          <select
            value={String(perSecond)}
            onChange={(event) => setPerSecond(Number(event.currentTarget.value))}
          >
            {rates.map((one) => (
              <option key={one} value={String(one)} selected={one === perSecond}>
                {count(one)}
              </option>
            ))}
          </select>
        </label>
      )}
    </Confirm>
  );
}

async function freeze(
  kind: JobPlan["kind"],
  filter: LetterFilter,
  signal: AbortSignal,
): Promise<Frozen> {
  // The newest of all, whatever it is of: what is behind it has come later.
  const newest = { order: "newest", limit: 1 };
  const [letter] = (await read<LettersPage>("dead-letters", newest, signal)).deadLetters;
  if (letter === undefined) return { count: 0, isMore: false, upTo: "0", untilMs: 0 };
  const { id: upTo, failedAtMs: untilMs } = letter;
  return { ...(await countLetters(kind, filter, upTo, newKey(), signal)), upTo, untilMs };
}
