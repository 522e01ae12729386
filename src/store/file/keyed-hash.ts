/** The key of a file: who does not know it cannot make texts of one hash. Two integers of 32 bits. */
export interface HashKey {
  readonly low: number;
  readonly high: number;
}

/**
 * HalfSipHash-1-3 over the UTF-16 of a text: 32 bits, signed. Ids come from outside, and those of one hash are read one by
 * one: without a key a sender could make as many of them as it likes.
 */
export function keyedHash({ low, high }: HashKey, text: string): number {
  let [v0, v1, v2, v3] = [low, high, low ^ 0x6c796765, high ^ 0x74656462];
  const round = (): void => {
    v0 = (v0 + v1) | 0;
    v1 = rotated(v1, 5) ^ v0;
    v0 = rotated(v0, 16);
    v2 = (v2 + v3) | 0;
    v3 = rotated(v3, 8) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = rotated(v3, 7) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = rotated(v1, 13) ^ v2;
    v2 = rotated(v2, 16);
  };
  const add = (word: number): void => {
    v3 ^= word;
    round();
    v0 ^= word;
  };
  for (let at = 0; at < text.length; at += 2) {
    // Behind the end there is none, which counts as 0.
    add(text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16));
  }
  add(text.length);
  v2 ^= 0xff;
  for (let left = 3; left > 0; left--) round();
  return v1 ^ v3;
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
