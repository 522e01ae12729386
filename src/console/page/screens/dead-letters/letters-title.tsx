import type { JSX } from "preact";
import type { DeadGroup } from "../../api/types.ts";
import { param } from "../../route/route.ts";
import { zone } from "../../session/settings.ts";
import { ChoiceFilter, filterBy, TextFilter } from "../../ui/filters.tsx";
import { count } from "../../ui/numbers.ts";
import { Title } from "../../ui/parts.tsx";
import { day } from "../../ui/time.tsx";
import { subjectOf } from "./letter-filter.ts";

/** How many there are, and what they are chosen by. */
export function LettersTitle({ all }: { readonly all: readonly DeadGroup[] }): JSX.Element {
  const isPart = param("since") !== "" || param("text") !== "";
  const kept = all.reduce((sum, group) => sum + group.count, 0);
  const oldest = Math.min(...all.map(({ firstAtMs }) => firstAtMs));
  const choices = (of: (group: DeadGroup) => string): string[] => [...new Set(all.map(of))].sort();
  return (
    <Title
      note={kept > 0 && `${count(kept)} ${isPart ? "match" : "kept"} · the oldest ${day(oldest)}`}
      actions={
        <search class="filters">
          <ChoiceFilter name="function" label="Function" all="all" options={choices(subjectOf)} />
          <ChoiceFilter name="code" label="Code" all="all" options={choices(({ code }) => code)} />
          <SinceFilter />
          <TextFilter name="text" label="Text in the reason" />
        </search>
      }
    >
      Dead letters
    </Title>
  );
}

/** Since when, in the zone of the operator. The URL has the moment itself. */
function SinceFilter(): JSX.Element {
  const isUtc = zone.value === "utc";
  const since = new Date(Number(param("since")));
  // The field takes no zone.
  const shift = isUtc ? 0 : since.getTimezoneOffset() * 60_000;
  const shown = new Date(since.getTime() - shift);
  const isGiven = since.getTime() > 0 && !Number.isNaN(shown.getTime());
  return (
    <label class="since">
      <span>Since{isUtc && " (UTC)"}</span>
      <input
        type="datetime-local"
        aria-label={`Given up since, ${isUtc ? "UTC" : "local time"}`}
        value={isGiven ? shown.toISOString().slice(0, 16) : ""}
        onChange={({ currentTarget: { value } }) => {
          const ms = new Date(isUtc ? `${value}Z` : value).getTime();
          filterBy("since", Number.isNaN(ms) ? "" : String(ms));
        }}
      />
    </label>
  );
}
