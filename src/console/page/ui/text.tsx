import type { JSX } from "preact";

/** Control characters, and marks that change the direction or are invisible, as symbols. */
const hidden = /[\p{Cc}\p{Cf}\u2028\u2029\ufeff]/gu;
/** Blanks that nobody would see. */
const edges = /^ +| +$/g;
const maxShown = 120;

/** Text of strangers, so that it cannot pretend to be something else. */
export function visible(text: string): string {
  return text.replace(hidden, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    if (code === 0x7f) return "\u2421";
    return `\u27e8${code.toString(16).toUpperCase().padStart(4, "0")}\u27e9`;
  });
}

/** A name, an id or a text as a table shows it: on its own in its direction, cut where it is long. The title has more of it. */
export function Text(props: {
  readonly of: string;
  readonly max?: number;
  readonly mono?: boolean;
}): JSX.Element {
  const { of, max = maxShown, mono = false } = props;
  const isCut = of.length > max;
  const shown = visible(of.slice(0, max)).replace(edges, (blanks) =>
    "\u2423".repeat(blanks.length),
  );
  const text = of === "" ? "(empty)" : isCut ? `${shown}…` : shown;
  return (
    <bdi class={mono ? "mono" : undefined} title={isCut ? visible(of.slice(0, 2_000)) : undefined}>
      {text}
    </bdi>
  );
}
