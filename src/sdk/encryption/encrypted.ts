import { assertKnownKeys, invalid } from "../../internal/assert.ts";
import { bytesFromText, noBytes } from "../../internal/bytes.ts";
import { StateFunError } from "../../internal/errors.ts";
import { reasonOf, show } from "../../internal/show.ts";
import { encryptedSuffix, envelopeIn, envelopeOverhead } from "../../model/envelope.ts";
import { plainValue, type WireValue } from "../../model/invocation.ts";
import { assertType } from "../types/assert-type.ts";
import { createType } from "../types/create-type.ts";
import { decodeValue, messageToWire, typedValueFromWire } from "../types/message.ts";
import type { AnyType, Message, Type, TypedValue } from "../types/type.ts";
import { type KeptValue, readsTypename, type TypeTraits, traitsOf } from "../types/type-traits.ts";
import { assertKeyId, assertKeys, type EncryptionKeys } from "./encryption-keys.ts";
import { seal, unseal } from "./envelope-crypto.ts";
import { KeptSecret, keptBytes, keptOf, type Masked } from "./kept-secret.ts";
import { openBatch } from "./open-batch.ts";
import { Plain, plainBeside, sealed, withPlain } from "./plain.ts";

/** The typename of an encrypted type: that of the type inside, with `.encrypted` behind it. */
export type EncryptedName<N extends string> = `${N}.encrypted`;

/**
 * A type whose values are encrypted wherever they are stored or sent. A handler reads and writes them as those of the type inside:
 * they are decrypted before it runs, and encrypted after it, before anything of its batch is stored.
 */
export interface EncryptedType<V, N extends string, I = V> extends Type<V, N, I> {
  /**
   * Reads a message where nothing has said that it is of this type, as in a function that accepts anything. Rejects with
   * `message_undecodable`, and with `unavailable` while its key is not there.
   */
  open(message: Message): Promise<V>;
  /**
   * The value, encrypted now: for where a value is taken as bytes, like a record for Kafka or a state of `anyValue`. What
   * is sent, emitted or assigned as this type needs no `seal`.
   */
  seal(value: I): Promise<TypedValue<V, N>>;
}

export interface EncryptedOptions {
  /**
   * Whether values are read, too, that the type inside has written under its own typename, without encryption. They are encrypted when
   * they are written the next time.
   * @default false: otherwise whoever can write to the store could put plain values in the place of encrypted ones
   */
  readonly readPlain?: boolean;
}

/**
 * Encrypts the values of a type with AES-256-GCM. The key that a value needs is named in it, so that keys can be changed: new values use
 * `keys.current`, and older ones are read as long as their key is given.
 *
 * The typename is bound to the value, but no address, name of a state or time: whoever can write to the store can put an older value in
 * the place of a newer one, or one instance's in the place of another's.
 *
 * @example
 * ```ts
 * import { json, StatefulFunctions, shape } from "statefun";
 * import { encrypted, encryptionKeys } from "statefun/encryption";
 *
 * const keys = encryptionKeys({
 *   current: "2026-11",
 *   // From a secret of the environment, and not like this.
 *   keys: { "2026-11": crypto.getRandomValues(new Uint8Array(32)) },
 * });
 *
 * const Card = encrypted(json("shop/Card", shape<{ number: string }>()), keys);
 *
 * const functions = new StatefulFunctions();
 * functions.bind("shop/wallet", { accepts: Card, state: { card: Card } }, (context, card) => {
 *   context.state.card = card;
 * });
 * ```
 */
export function encrypted<V, const N extends string, I>(
  type: Type<V, N, I>,
  keys: EncryptionKeys,
  options: EncryptedOptions = {},
): EncryptedType<V, EncryptedName<N>, I> {
  assertInside(type);
  const typename: EncryptedName<N> = `${type.typename}${encryptedSuffix}`;
  assertKeys(keys, typename);
  assertKnownKeys(options, ["readPlain"], `the options of ${typename}`);
  const { readPlain = false } = options;
  if (typeof readPlain !== "boolean") {
    throw invalid(`readPlain of ${typename} must be true or false, got ${show(readPlain)}`);
  }
  const secret = new Secret(type, typename, keys, readPlain);
  const made = createType<V, EncryptedName<N>, I>({
    typename,
    traits: secret.traits(),
    encode: (value) => secret.encode(value),
    // What it reads was written by the type inside.
    decode: (bytes) => secret.decode(bytes) as V,
  });
  return Object.assign(made, {
    async open(message: Message): Promise<V> {
      const wire = messageToWire(message);
      if (readsTypename(made, wire.typename)) {
        return decodeValue(made, await secret.open(wire)) as V;
      }
      const text = `a message of ${wire.typename} cannot be read: it is no ${typename}`;
      throw new StateFunError("message_undecodable", text);
    },
    async seal(value: I): Promise<TypedValue<V, EncryptedName<N>>> {
      const wire = await sealed({ typename, bytes: secret.encode(value), headers: [] });
      const opened = await secret.open(wire);
      // The value is of this very type. Its bytes are encrypted, and say what they hold as long as they are in memory.
      return typedValueFromWire(opened, made, undefined) as TypedValue<V, EncryptedName<N>>;
    },
  });
}

function assertInside(type: AnyType): void {
  assertType(type, "what is encrypted");
  const { any, sealed: isSealed } = traitsOf(type);
  if (any !== undefined) throw invalid("anyValue cannot be encrypted: it has no type of its own");
  if (isSealed !== undefined) throw invalid(`${type.typename} is encrypted already`);
}

/** An encrypted type, without what is public of it. */
class Secret {
  readonly #type: AnyType;
  readonly #typename: string;
  readonly #keys: EncryptionKeys;
  readonly #readPlain: boolean;

  constructor(type: AnyType, typename: string, keys: EncryptionKeys, readPlain: boolean) {
    this.#type = type;
    this.#typename = typename;
    this.#keys = keys;
    this.#readPlain = readPlain;
  }

  traits(): TypeTraits {
    return {
      ...(traitsOf(this.#type).immutable && { immutable: true }),
      reads: (name) => this.#plainName(name) !== undefined,
      keep: (value, isAssigned) => this.#keep(value, isAssigned),
      kept: (wire) => this.#kept(wire),
      open: (wire, isReply) => this.open(wire, isReply),
      openBatch,
      assertState: (name, host) => {
        traitsOf(this.#type).assertState?.(name, host);
        if (this.#readPlain && host.engine === "flink" && host.wire === "v3")
          throw this.#fixed(name);
      },
      sealed: {
        type: this.#type,
        draft: (bytes) => this.#draft(bytes),
        isOld: (wire) => this.#isOld(wire),
      },
    };
  }

  encode(value: unknown): Uint8Array {
    return this.#draft(this.#masked(() => this.#type.encode(value)));
  }

  decode(bytes: Uint8Array): unknown {
    return this.#read(this.#typename, bytes).open();
  }

  /** The value with what it says. Never rejects: an error is thrown where the value is read. */
  async open(wire: WireValue, isReply = false): Promise<WireValue> {
    if (plainBeside(wire.bytes)?.seal !== undefined) return wire;
    const { typename, bytes = noBytes, headers } = plainValue(wire);
    const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    return {
      typename,
      bytes: withPlain(view, await this.#opened(typename, bytes, isReply)),
      headers,
    };
  }

  async #opened(name: string, bytes: Uint8Array, isReply: boolean): Promise<Plain> {
    const typename = this.#plainName(name);
    // It was stored before it was encrypted.
    if (typename === name) return new Plain({ typename, bytes });
    try {
      return new Plain({ typename, bytes: await unseal(this.#keys, name, bytes) });
    } catch (error) {
      // The message was handled: nothing of its reply may look as if it should be sent again.
      const isHidden = isReply && error instanceof StateFunError && error.code === "unavailable";
      const text = `a reply of ${name} cannot be read: ${reasonOf(error)}`;
      const hidden = new StateFunError("message_undecodable", text, { cause: error });
      return new Plain({ error: isHidden ? hidden : (error as Error) });
    }
  }

  /** The typename that a value has inside, by the one under which it came; undefined for what is not read. */
  #plainName(name: string): string | undefined {
    if (name.endsWith(encryptedSuffix)) {
      const inside = name.slice(0, -encryptedSuffix.length);
      if (readsTypename(this.#type, inside)) return inside;
    }
    return this.#readPlain && readsTypename(this.#type, name) ? name : undefined;
  }

  /** Bytes that stand for those which are encrypted later, with as many of them. */
  #draft(plain: Uint8Array): Uint8Array {
    const { current } = this.#keys;
    assertKeyId(current, `current of the keys of ${this.#typename}`);
    const bytes = new Uint8Array(plain.length + this.#overhead(current));
    const { typename } = this.#type;
    const encrypt = () => seal(this.#keys, current, this.#typename, plain);
    return withPlain(bytes, new Plain({ typename, bytes: plain, seal: encrypt }));
  }

  #overhead(keyId: string): number {
    return envelopeOverhead(bytesFromText(keyId).length);
  }

  #keep(value: unknown, isAssigned: boolean): KeptValue {
    const inner = this.#masked(() => keptOf(this.#type, value, isAssigned));
    return new KeptSecret(this.#typename, this.#type, {
      make: () => inner,
      write: ({ bytes }) => this.#draft(bytes),
      masked: this.#masked,
      overhead: this.#overhead(this.#keys.current),
    });
  }

  #kept({ typename, bytes }: WireValue): KeptValue | undefined {
    if (bytes === undefined || this.#plainName(typename) === undefined) return undefined;
    return this.#read(typename, bytes);
  }

  #read(typename: string, bytes: Uint8Array): KeptSecret {
    return new KeptSecret(typename, this.#type, {
      make: () => {
        const plain = plainBeside(bytes);
        if (plain?.error !== undefined) throw plain.error;
        if (plain?.bytes !== undefined) {
          return keptBytes(this.#type, plain.typename ?? this.#type.typename, plain.bytes);
        }
        const text = `${typename} is encrypted: name its type in accepts, replies or state, or use await open(message) of the type`;
        throw invalid(text);
      },
      write: () => bytes,
      masked: this.#masked,
      overhead: 0,
    });
  }

  /** Whether an opened value would be written otherwise today. Throws where it cannot be read. */
  #isOld(wire: WireValue): boolean {
    const plain = plainBeside(wire.bytes);
    if (plain?.error !== undefined) throw plain.error;
    if (wire.typename !== this.#typename) return true;
    if (envelopeIn(wire)?.keyId !== this.#keys.current) return true;
    const { upgrade } = traitsOf(this.#type);
    const { typename = this.#type.typename, bytes } = plain ?? {};
    return upgrade !== undefined && bytes !== undefined
      ? this.#masked(() => upgrade.read(bytes, typename).isOld)
      : false;
  }

  /** What the type inside says of a value may quote it, and errors are stored and logged. */
  readonly #masked: Masked = (run) => {
    try {
      return run();
    } catch (error) {
      const code = error instanceof StateFunError ? error.code : "value_invalid";
      const text = `${this.#typename}: refused by ${this.#type.typename}; the reason is not shown, because it may quote the value`;
      throw new StateFunError(code, text);
    }
  };

  #fixed(name: string): StateFunError {
    return invalid(
      `state ${show(name)}: a cluster cannot change the typename of a stored value, so ${this.#typename} cannot follow ${this.#type.typename}: move the value to a state of another name`,
    );
  }
}
