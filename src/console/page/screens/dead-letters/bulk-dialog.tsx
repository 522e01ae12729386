import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError, newKey, read } from "../../api/client.ts";
import { Confirm, type Intent } from "../../ui/confirm.tsx";
import { count, duration } from "../../ui/numbers.ts";
import { Badge, Failure } from "../../ui/parts.tsx";
import { Text } from "../../ui/text.tsx";
import { moment } from "../../ui/time.tsx";
import { isDown } from "./consequence.tsx";
import { type JobPlan, mostReturned } from "./job.ts";
import { type Counted, countLetters, type LettersPage, startJob } from "./jobs.ts";
import type { LetterFilter } from "./letter-filter.ts";

/** More than these are typed as a number. */
const fewLetters = 10;
const rates = [5, 20, 100, 1_000] as const;

interface BulkProps {
  readonly kind: JobPlan["kind"];
  readonly filter: LetterFilter;
  readonly onClose: () => void;
}

/** What was counted, up to a letter that is the newest for good. */
interface Frozen extends Counted {
  readonly upTo: string;
  readonly untilMs: number;
}

/** The dialog before a replay or a discard of all that match: counted first, and frozen there. */
export function BulkDialog({ kind, filter, onClose }: BulkProps): JSX.Element {
  const [frozen, setFrozen] = useState<Frozen>();
  const [error, setError] = useState<ApiError>();
  const [perSecond, setPerSecond] = useState<number>(kind === "replay" ? 20 : 1_000);
  useEffect(() => {
    const control = new AbortController();
    freeze(kind, filter, control.signal).then(setFrozen, (problem) => {
      if (control.signal.aborted) return;
      setError(problem instanceof ApiError ? problem : new ApiError(0, "failed", String(problem)));
    });
    return () => control.abort();
  }, []);
  const total = frozen?.count ?? 0;
  const isReplay = kind === "replay";
  const verb = isReplay ? "Replay" : "Discard";
  const run = async ({ key, why }: Intent): Promise<undefined> => {
    if (frozen === undefined) return;
    startJob({ kind, filter, upTo: frozen.upTo, total, perSecond, key, why });
  };
  const number = `${count(total)}${frozen?.isMore === true ? " and more" : ""}`;
  return (
    <Confirm
      title={frozen === undefined ? `${verb} dead letters?` : `${verb} ${number} dead letters?`}
      action={frozen === undefined ? verb : `${verb} ${count(total)}`}
      isDangerous={!isReplay}
      {...(total > fewLetters && { typed: String(total) })}
      reason={
        error !== undefined
          ? "they could not be counted"
          : frozen === undefined
            ? "counting"
            : total === 0
              ? "there is none"
              : undefined
      }
      run={run}
      onClose={onClose}
    >
      <Failure error={error} />
      <p>
        <Which filter={filter} />
        {frozen !== undefined && frozen.untilMs > 0 && (
          <>
            , given up until <strong>{moment(frozen.untilMs)}</strong>
          </>
        )}
        . Those that come later are not taken.
      </p>
      <ul>
        {isReplay ? (
          <>
            <li>
              Each goes behind what its instance has now, with new attempts, in the order in which
              they were given up.
            </li>
            <li>
              {count(perSecond)} a second, about {duration((total / perSecond) * 1_000)}. It stops
              by itself when there are {mostReturned} new dead letters
              {filter.function !== undefined && (
                <>
                  {" "}
                  of <Text of={filter.function} mono />
                </>
              )}
              .
            </li>
          </>
        ) : (
          <li>They are deleted. This cannot be taken back.</li>
        )}
        <li>It runs in this tab: if you close it, what is left stays as it is.</li>
        {isReplay && filter.function !== undefined && isDown(filter.function) && (
          <li>
            <Badge tone="bad">down</Badge> Their endpoint does not answer: they would wait, not
            fail.
          </li>
        )}
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

function Which({ filter }: { readonly filter: LetterFilter }): JSX.Element {
  const { function: of, code, reason, since } = filter;
  return (
    <>
      All{of === undefined ? " dead letters" : " of "}
      {of !== undefined && (
        <strong>
          <Text of={of} mono />
        </strong>
      )}
      {code !== undefined && (
        <>
          {" "}
          with <strong class="mono">{code}</strong>
        </>
      )}
      {reason !== undefined && (
        <>
          {" "}
          and “<Text of={reason} max={300} />” in the reason
        </>
      )}
      {since !== undefined && ` given up since ${moment(since, true)}`}
    </>
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
