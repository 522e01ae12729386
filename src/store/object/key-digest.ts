import { bytesFromText } from "../../internal/bytes.ts";

/** The beginnings of the roots of the first primes, which the algorithm takes as its constants. */
function fractionsOf(root: number, count: number): Uint32Array {
  const values = new Uint32Array(count);
  for (let found = 0, number = 2; found < count; number += 1) {
    if (isPrime(number)) values[found++] = (number ** (1 / root) % 1) * 2 ** 32;
  }
  return values;
}

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor += 1) {
    if (number % divisor === 0) return false;
  }
  return true;
}

/**
 * SHA-256, for names that are too long for a key: that of Web Crypto cannot be asked within a transaction. It stays because
 * ids and tokens may have 16,384 bytes. Two names with one digest would be one name, and nobody can find two.
 */
export function sha256(text: string): Uint8Array {
  const constants = fractionsOf(3, 64);
  const state = fractionsOf(2, 8);
  const bytes = bytesFromText(text);
  // The text, a bit, zeros, and its length in bits.
  const whole = new Uint8Array((bytes.length + 9 + 63) & ~63);
  whole.set(bytes);
  whole[bytes.length] = 0x80;
  const view = new DataView(whole.buffer);
  view.setUint32(whole.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(whole.length - 4, bytes.length << 3);
  const words = new Uint32Array(64);
  for (let from = 0; from < whole.length; from += 64) {
    for (let at = 0; at < 16; at += 1) words[at] = view.getUint32(from + at * 4);
    addBlock(state, words, constants);
  }
  const digest = new Uint8Array(32);
  const written = new DataView(digest.buffer);
  for (const [at, word] of state.entries()) written.setUint32(at * 4, word);
  return digest;
}

const turned = (word: number, by: number) => (word >>> by) | (word << (32 - by));

/** `words` begins with the block, and has room for what comes of it. */
function addBlock(state: Uint32Array, words: Uint32Array, constants: Uint32Array): void {
  const word = (at: number) => words[at] ?? 0;
  for (let at = 16; at < 64; at += 1) {
    const [low, high] = [word(at - 15), word(at - 2)];
    const first = turned(low, 7) ^ turned(low, 18) ^ (low >>> 3);
    const second = turned(high, 17) ^ turned(high, 19) ^ (high >>> 10);
    words[at] = word(at - 16) + first + word(at - 7) + second;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let at = 0; at < 64; at += 1) {
    const choice = (e & f) ^ (~e & g);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const high = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const low = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const sum = h + high + choice + (constants[at] ?? 0) + word(at);
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + sum) | 0, c, b, a, (sum + low + majority) | 0];
  }
  for (const [at, value] of [a, b, c, d, e, f, g, h].entries()) {
    state[at] = (state[at] ?? 0) + value;
  }
}
