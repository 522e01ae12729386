import { copyOf } from "../../internal/bytes.ts";
import { StateFunError } from "../../internal/errors.ts";
import type { WireValue } from "../../model/invocation.ts";
import type { Completed } from "../../model/outcome.ts";
import { type PlainBytes, plainIn, plainKey, plainOf } from "../../model/plain-bytes.ts";

/** What encrypted bytes say. */
export class Plain implements PlainBytes {
  /** The typename that the bytes inside have. Undefined with an error. */
  readonly typename: string | undefined;
  readonly bytes: Uint8Array | undefined;
  /** Why they cannot be read. Thrown where somebody reads them. */
  readonly error: Error | undefined;
  /** Of bytes that are still to be encrypted: makes those that are sent or stored. */
  readonly seal: (() => Promise<Uint8Array>) | undefined;

  constructor(parts: {
    readonly typename?: string | undefined;
    readonly bytes?: Uint8Array | undefined;
    readonly error?: Error;
    readonly seal?: () => Promise<Uint8Array>;
  }) {
    this.typename = parts.typename;
    this.bytes = parts.bytes;
    this.error = parts.error;
    this.seal = parts.seal;
  }

  sealed(value: WireValue): Promise<WireValue> {
    return sealed(value);
  }

  async sealedOutcome(completed: Completed): Promise<Completed> {
    const { mutations, messages, delayed, egresses } = completed;
    const all = await Promise.all([
      Promise.all(
        mutations.map(async ({ name, value }) => ({ name, value: value && (await sealed(value)) })),
      ),
      Promise.all(messages.map(withArgument)),
      Promise.all(
        delayed.map((effect) => (effect.kind === "send" ? withArgument(effect) : effect)),
      ),
      Promise.all(egresses.map(withArgument)),
    ]);
    const [stored, sent, later, emitted] = all;
    return {
      kind: "completed",
      mutations: stored,
      messages: sent,
      delayed: later,
      egresses: emitted,
    };
  }

  assertSealed(typename: string): void {
    if (this.seal === undefined) return;
    const text = `a value of ${typename} has no bytes before it is encrypted: use await seal(value) of its type`;
    throw new StateFunError("invalid_argument", text);
  }
}

/** Bytes with what they say. They are not copied. */
export function withPlain(bytes: Uint8Array, plain: Plain): Uint8Array {
  return Object.defineProperty(bytes, plainKey, { value: plain });
}

/** What was put there by `withPlain`. */
export function plainBeside(bytes: Uint8Array | undefined): Plain | undefined {
  return plainOf(bytes) as Plain | undefined;
}

/** The value as it may leave this process. */
export async function sealed(value: WireValue): Promise<WireValue> {
  // Of another copy of the package, too.
  const plain = plainIn(value) as Plain | undefined;
  if (plain === undefined) return value;
  const { typename, bytes, headers } = value;
  return { typename, bytes: plain.seal ? await plain.seal() : bytes && copyOf(bytes), headers };
}

async function withArgument<E extends { readonly argument: WireValue }>(effect: E): Promise<E> {
  return { ...effect, argument: await sealed(effect.argument) };
}
