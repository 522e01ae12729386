import type { JSX } from "preact";
import { zone } from "../session/settings.ts";
import { type Signal, signal } from "../signal.ts";
import { duration } from "./numbers.ts";

/** The time of the page, once a second while it is seen: for ages. */
export const now: Signal<number> = signal(Date.now());

setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, 1_000);

/** The day of a moment. */
export function day(ms: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return String(ms);
  return date.toLocaleDateString("en-US", { month: "short", day: "numeric", ...zoneOption() });
}

function zoneOption(): { readonly timeZone?: string } {
  return zone.value === "utc" ? { timeZone: "UTC" } : {};
}

/** A moment as a text, in the zone that the operator chose. The day stands there unless it is today. */
export function moment(ms: number, withDay = false): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return String(ms);
  const time = date.toLocaleTimeString("en-GB", zoneOption());
  return withDay || day(ms) !== day(Date.now()) ? `${day(ms)} ${time}` : time;
}

/** A moment with its date in full as title. */
export function At(props: { readonly ms: number }): JSX.Element {
  const { ms } = props;
  return (
    <time dateTime={iso(ms)} title={`${iso(ms)}`}>
      {moment(ms)}
    </time>
  );
}

/** "12 s ago", or "in 12 s". It goes on with the clock. */
export function Ago(props: { readonly ms: number }): JSX.Element {
  const left = props.ms - now.value;
  // Two clocks are never the same: what is a moment ahead is now.
  const text =
    Math.abs(left) < 1_500 ? "now" : left > 0 ? `in ${duration(left)}` : `${duration(-left)} ago`;
  return (
    <time dateTime={iso(props.ms)} title={`${moment(props.ms, true)} ${zone.value}`}>
      {text}
    </time>
  );
}

function iso(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}
