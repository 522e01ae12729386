import type { JSX } from "preact";
import { type Signal, signal } from "../signal.ts";

interface Notice {
  readonly id: number;
  readonly text: string;
}

const notices: Signal<readonly Notice[]> = signal([]);
const shownMs = 6_000;
let last = 0;

/** Says what came of an action, for a moment. A screen reader says it too. */
export function say(text: string): void {
  const id = ++last;
  notices.value = [...notices.value, { id, text }].slice(-4);
  setTimeout(() => {
    notices.value = notices.value.filter((one) => one.id !== id);
  }, shownMs);
}

export function Notices(): JSX.Element {
  return (
    <div class="notices" role="status">
      {notices.value.map(({ id, text }) => (
        <div key={id}>{text}</div>
      ))}
    </div>
  );
}
