import { go } from "../route/route.ts";
import { type Signal, signal } from "../signal.ts";
import { rowSelector } from "../ui/table.tsx";
import { places } from "./places.ts";

export const isHelpOpen: Signal<boolean> = signal(false);

const chordMs = 1_500;
let chordUntil = 0;

/** The keys of the page. Those of a screen are buttons with a shortcut (`ui/button.tsx`). */
export function installKeys(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]") !== null) return;
    if (pressed(event.key)) event.preventDefault();
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}

/** Whether the key means something. */
function pressed(key: string): boolean {
  if (performance.now() < chordUntil) {
    chordUntil = 0;
    const place = places.find(([, , letter]) => letter === key);
    if (place !== undefined) go(place[0]);
    return place !== undefined;
  }
  switch (key) {
    case "g":
      chordUntil = performance.now() + chordMs;
      return true;
    case "/":
      document.getElementById("jump")?.focus();
      return true;
    case "?":
      isHelpOpen.value = true;
      return true;
    case "j":
      return walk(1);
    case "k":
      return walk(-1);
    default: {
      const button = document.querySelector<HTMLElement>(
        `[data-shortcut="${CSS.escape(key.toUpperCase())}"]`,
      );
      button?.click();
      return button !== null;
    }
  }
}

function walk(step: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>(rowSelector)];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const row = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step];
  row?.focus();
  row?.scrollIntoView({ block: "nearest" });
  return row !== undefined;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    (target instanceof HTMLInputElement && target.type !== "checkbox") ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  );
}
