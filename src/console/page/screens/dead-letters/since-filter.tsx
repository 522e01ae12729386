import type { JSX } from "preact";
import { param } from "../../route/route.ts";
import { zone } from "../../session/settings.ts";
import { filterBy } from "../../ui/filters.tsx";

/** Since when, in the zone of the operator. The URL has the moment itself. */
export function SinceFilter(): JSX.Element {
  const isUtc = zone.value === "utc";
  const since = Number(param("since"));
  return (
    <label class="since">
      <span>Since</span>
      <input
        type="datetime-local"
        aria-label={`Given up since, ${isUtc ? "UTC" : "local time"}`}
        value={since > 0 ? fieldText(since, isUtc) : ""}
        onChange={({ currentTarget: { value } }) => {
          const ms = new Date(isUtc ? `${value}Z` : value).getTime();
          filterBy("since", Number.isNaN(ms) ? "" : String(ms));
        }}
      />
    </label>
  );
}

/** As the field has it: without a zone. */
function fieldText(ms: number, isUtc: boolean): string {
  const date = new Date(ms);
  const shift = isUtc ? 0 : date.getTimezoneOffset() * 60_000;
  const shown = new Date(ms - shift);
  return Number.isNaN(shown.getTime()) ? "" : shown.toISOString().slice(0, 16);
}
