/** Columns of a terminal that a text takes: marks that combine take none, letters of East Asia and emoji two. */
export function widthOf(text: string): number {
  // Most are of ASCII.
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const one of graphemesOf(text)) width += graphemeWidth(one);
  return width;
}

/** As much of a text as fits; `…` stands for the rest. */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width < 1) return "";
  let cut = "";
  let left = width - 1;
  for (const one of graphemesOf(text)) {
    left -= graphemeWidth(one);
    if (left < 0) break;
    cut += one;
  }
  return `${cut}…`;
}

export function padded(text: string, width: number, isRight: boolean): string {
  const blanks = " ".repeat(Math.max(0, width - widthOf(text)));
  return isRight ? blanks + text : text + blanks;
}

function* graphemesOf(text: string): Generator<string> {
  for (const { segment } of new Intl.Segmenter().segment(text)) yield segment;
}

function graphemeWidth(grapheme: string): number {
  if (/^[\p{M}\p{Cf}]+$/u.test(grapheme)) return 0;
  const isWide =
    /\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
  return isWide.test(grapheme) ? 2 : 1;
}
