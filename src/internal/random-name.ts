const letters = "abcdefghijklmnopqrstuvwxyz234567";

/** Gives bytes that cannot be guessed from earlier ones; in a test, those of a seed. */
export type RandomBytes = (count: number) => Uint8Array;

/** Twenty letters and digits: 100 bits. */
export function randomName(randomBytes: RandomBytes): string {
  let name = "";
  for (const byte of randomBytes(20)) name += letters[byte % 32];
  return name;
}
