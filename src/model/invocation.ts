/** One header of a message: order and duplicates matter, a null value is not an empty one. */
export interface WireHeader {
  readonly key: string;
  /** `undefined` is the null value (has_value = false on the wire). */
  readonly value: Uint8Array | undefined;
}

/**
 * A typed value as it travels. `bytes` is undefined where the wire says has_value = false. On v2 the
 * typename is the type_url of a google.protobuf.Any.
 *
 * Decoders hand out views of the bytes they were given: copy what outlives the request.
 */
export interface WireValue {
  readonly typename: string;
  readonly bytes: Uint8Array | undefined;
  readonly headers: readonly WireHeader[];
  /**
   * Where given, `bytes` are a message with this text in field 1, made when they are asked for: write it instead.
   * @internal
   */
  readonly text?: string | undefined;
  /**
   * Where given, `bytes` are this text, made when they are asked for: write it instead.
   * @internal
   */
  readonly utf8?: string | undefined;
  /**
   * Where given, `bytes` are made anew each time that they are asked for, and this is how many there are.
   * @internal
   */
  readonly size?: number | undefined;
}

/** A value with bytes of its own: what goes to another partition, or to code that takes values apart. */
export function plainValue(value: WireValue): WireValue {
  if (value.size === undefined) return value;
  const { typename, bytes, headers } = value;
  return { typename, bytes, headers };
}

/** `typename` is `namespace/name`, split at the last slash on the wire. */
export interface WireAddress {
  readonly typename: string;
  readonly id: string;
}

/** One message of a batch. */
export interface Invocation {
  /** The sender; undefined for a message from an ingress. */
  readonly caller: WireAddress | undefined;
  readonly argument: WireValue;
  /**
   * How often it has failed before, where an engine of ours counts that.
   * @internal
   */
  readonly attempts?: number;
  /**
   * What an engine of ours has numbered it with.
   * @internal
   */
  readonly number?: number;
}

/** What is used of a map of states. */
export interface KnownStates extends Iterable<[string, WireValue | undefined]> {
  get(name: string): WireValue | undefined;
  has(name: string): boolean;
}

/** What a runtime asks of a function: messages for one address, in their order, with its state. */
export interface InvocationBatch {
  readonly target: WireAddress;
  /**
   * What the runtime knows of: a name that is absent was never registered, one that maps to undefined
   * holds nothing. Of a name that is sent twice the last value counts.
   */
  readonly state: ReadonlyMap<string, WireValue | undefined>;
  readonly invocations: readonly Invocation[];
}

/** A batch as it is executed. */
export interface StepBatch extends Omit<InvocationBatch, "state"> {
  readonly state: KnownStates;
  /** Its start by the monotonic clock, if the caller has just read it. */
  readonly startedAt?: number;
  /** @default nobody records */
  readonly marks?: BatchMarks | undefined;
}

/** Hears how a batch goes on, so that each effect can be assigned to a message. Throws nothing. */
export interface BatchMarks {
  /** The next message begins. So many effects of each kind were there before it. */
  next(messages: number, delayed: number, records: number): void;
}
