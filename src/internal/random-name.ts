const letters = "abcdefghijklmnopqrstuvwxyz234567";

/** Gives bytes that cannot be guessed from earlier ones; in a test, those of a seed. */
export type RandomBytes = (count: number) => Uint8Array;

/** Twenty letters and digits: 100 bits. */
export function randomName(randomBytes: RandomBytes): string {
  return Array.from(randomBytes(20), (byte) => letters[byte % 32]).join("");
}
