/** A digest of bytes that come in pieces. */
export interface RunningDigest {
  update(bytes: Uint8Array): void;
  /** In hexadecimal. Called once, at the end. */
  hex(): string;
}

/**
 * SHA-256 that takes its bytes in pieces: Web Crypto wants all of them at once, and not every runtime has `node:crypto`. About 200 MB
 * a second; where the platform has a faster one it can be given instead.
 */
export function createSha256(): RunningDigest {
  return new Sha256();
}

const blockBytes = 64;

class Sha256 implements RunningDigest {
  readonly #state = Int32Array.from(firstState);
  readonly #words = new Int32Array(64);
  readonly #block = new Uint8Array(blockBytes);
  #filled = 0;
  #length = 0;

  update(bytes: Uint8Array): void {
    this.#length += bytes.length;
    let at = 0;
    if (this.#filled > 0) {
      at = Math.min(blockBytes - this.#filled, bytes.length);
      this.#block.set(bytes.subarray(0, at), this.#filled);
      this.#filled += at;
      if (this.#filled < blockBytes) return;
      this.#mix(this.#block, 0);
    }
    for (; at + blockBytes <= bytes.length; at += blockBytes) this.#mix(bytes, at);
    this.#block.set(bytes.subarray(at));
    this.#filled = bytes.length - at;
  }

  hex(): string {
    const bits = this.#length * 8;
    // A one, zeros up to the last eight bytes of a block, and there the length in bits.
    const padding = new Uint8Array(((119 - this.#filled) % blockBytes) + 9);
    padding[0] = 0x80;
    const view = new DataView(padding.buffer);
    view.setUint32(padding.length - 8, Math.floor(bits / 2 ** 32));
    view.setUint32(padding.length - 4, bits % 2 ** 32);
    this.update(padding);
    return Array.from(this.#state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  #mix(bytes: Uint8Array, from: number): void {
    const words = this.#words;
    const state = this.#state;
    spread(words, bytes, from);
    // Not by destructuring, which iterates: this is where the time goes.
    let a = at64(state, 0);
    let b = at64(state, 1);
    let c = at64(state, 2);
    let d = at64(state, 3);
    let e = at64(state, 4);
    let f = at64(state, 5);
    let g = at64(state, 6);
    let h = at64(state, 7);
    for (let at = 0; at < 64; at++) {
      const one = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const first = (h + one + ((e & f) ^ (~e & g)) + at64(constants, at) + at64(words, at)) | 0;
      const two = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const second = (two + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    state[0] = at64(state, 0) + a;
    state[1] = at64(state, 1) + b;
    state[2] = at64(state, 2) + c;
    state[3] = at64(state, 3) + d;
    state[4] = at64(state, 4) + e;
    state[5] = at64(state, 5) + f;
    state[6] = at64(state, 6) + g;
    state[7] = at64(state, 7) + h;
  }
}

/** The sixteen words of a block, and those that are made of them. */
function spread(words: Int32Array, bytes: Uint8Array, from: number): void {
  for (let at = 0; at < 16; at++) {
    const byte = from + at * 4;
    words[at] =
      (at64(bytes, byte) << 24) |
      (at64(bytes, byte + 1) << 16) |
      (at64(bytes, byte + 2) << 8) |
      at64(bytes, byte + 3);
  }
  for (let at = 16; at < 64; at++) {
    const x = at64(words, at - 15);
    const y = at64(words, at - 2);
    const one = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const two = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    words[at] = at64(words, at - 16) + one + at64(words, at - 7) + two;
  }
}

/** An element that is there: the compiler does not know it. */
function at64(list: Int32Array | Uint8Array, index: number): number {
  return list[index] as number;
}

const firstState: readonly number[] = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

const constants: Int32Array = /* @__PURE__ */ Int32Array.from([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);
