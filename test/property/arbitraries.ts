import fc from "fast-check";
import type {
  Completed,
  DelayedEffect,
  Incomplete,
  InvocationBatch,
  InvocationOutcome,
  WireAddress,
  WireHeader,
  WireValue,
} from "statefun/protocol";

/** Names that break tables made of plain objects, and lengths at which a length prefix grows. */
const awkward = fc.constantFrom(
  "",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "toString",
  "\u0000",
  "\uFEFFbom",
  "é🙂",
  "x".repeat(127),
  "x".repeat(128),
);

/** Well-formed text of any planes. */
export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 3, arbitrary: fc.string({ maxLength: 12, unit: "binary" }) },
  { weight: 1, arbitrary: awkward },
);

const withoutSlash = text.map((value) => value.replaceAll("/", "-"));

/** `namespace/name`, split at the last slash: a namespace may have some, a name has none. */
export const typename: fc.Arbitrary<string> = fc
  .tuple(text, withoutSlash)
  .map(([namespace, name]) => `${namespace}/${name}`);

export const bytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 6, arbitrary: fc.uint8Array({ maxLength: 24 }) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 120, maxLength: 300 }) },
);

export const address: fc.Arbitrary<WireAddress> = fc.record({ typename, id: text });

const header: fc.Arbitrary<WireHeader> = fc.record({
  key: text,
  value: fc.option(bytes, { nil: undefined }),
});

const valueV3: fc.Arbitrary<WireValue> = fc.record({
  typename: fc.oneof(typename, text),
  bytes: fc.option(bytes, { nil: undefined, freq: 8 }),
  headers: fc.array(header, { maxLength: 3 }),
});

/** An Any: there is always a value, and nothing beside it. */
const valueV2: fc.Arbitrary<WireValue> = fc.record({
  typename: fc.oneof(typename, text),
  bytes,
  headers: fc.constant([]),
});

/** What a wire can say of a stored value. On v2 a value without a typename would be raw bytes. */
const storedV3: fc.Arbitrary<WireValue> = fc.record({
  typename: fc.oneof(typename, text),
  bytes,
  headers: fc.constant([]),
});
const storedV2: fc.Arbitrary<WireValue> = valueV2.filter((value) => value.typename !== "");

/** These change their name between the wires. */
const recordTypename = fc.constantFrom(
  "type.googleapis.com/io.statefun.sdk.egress.KafkaProducerRecord",
  "type.googleapis.com/io.statefun.sdk.egress.KinesisEgressRecord",
);

function batchOf(
  value: fc.Arbitrary<WireValue>,
  stored: fc.Arbitrary<WireValue>,
): fc.Arbitrary<InvocationBatch> {
  return fc.record({
    target: address,
    state: fc
      .array(fc.tuple(text, fc.option(stored, { nil: undefined })), { maxLength: 4 })
      .map((entries) => new Map(entries)),
    invocations: fc.array(
      fc.record({ caller: fc.option(address, { nil: undefined }), argument: value }),
      { maxLength: 5 },
    ),
  });
}

const delayMs = fc.oneof(
  fc.nat({ max: 100_000 }),
  fc.constantFrom(0, 1, 127, 128, 2 ** 31, 2 ** 32, 2 ** 40 + 1, Number.MAX_SAFE_INTEGER),
);

function completedOf(
  value: fc.Arbitrary<WireValue>,
  stored: fc.Arbitrary<WireValue>,
  delayed: fc.Arbitrary<DelayedEffect>,
): fc.Arbitrary<Completed> {
  const record = fc.tuple(value, recordTypename).map(([made, typename]) => ({ ...made, typename }));
  return fc.record({
    kind: fc.constant("completed" as const),
    mutations: fc.uniqueArray(
      fc.record({ name: text, value: fc.option(stored, { nil: undefined }) }),
      { maxLength: 4, selector: (mutation) => mutation.name },
    ),
    messages: fc.array(fc.record({ target: address, argument: value }), { maxLength: 4 }),
    delayed: fc.array(delayed, { maxLength: 4 }),
    egresses: fc.array(fc.record({ egress: typename, argument: fc.oneof(value, record) }), {
      maxLength: 4,
    }),
  });
}

function delayedSend(
  value: fc.Arbitrary<WireValue>,
  cancellationToken: fc.Arbitrary<string | undefined>,
): fc.Arbitrary<DelayedEffect> {
  return fc.record({
    kind: fc.constant("send" as const),
    delayMs,
    target: address,
    argument: value,
    cancellationToken,
  });
}

const token = text.filter((value) => value !== "");
const cancel: fc.Arbitrary<DelayedEffect> = fc.record({
  kind: fc.constant("cancel" as const),
  cancellationToken: token,
});

const incomplete: fc.Arbitrary<Incomplete> = fc.record({
  kind: fc.constant("incomplete" as const),
  missing: fc.array(
    fc.record({
      name: text,
      typename: fc.oneof(typename, text),
      expiration: fc.oneof(
        fc.constant({ mode: "none" as const, afterMs: 0 }),
        fc.record({
          mode: fc.constantFrom("after-write" as const, "after-call" as const),
          afterMs: delayMs,
        }),
      ),
    }),
    { maxLength: 4 },
  ),
});

/** What one wire can carry, both ways. */
export interface WireArbitraries {
  readonly batch: fc.Arbitrary<InvocationBatch>;
  readonly outcome: fc.Arbitrary<InvocationOutcome>;
}

export const modelsV2: WireArbitraries = {
  batch: batchOf(valueV2, storedV2),
  outcome: completedOf(valueV2, storedV2, delayedSend(valueV2, fc.constant(undefined))),
};

export const modelsV3: WireArbitraries = {
  batch: batchOf(valueV3, storedV3),
  outcome: fc.oneof(
    {
      weight: 3,
      arbitrary: completedOf(
        valueV3,
        storedV3,
        fc.oneof(delayedSend(valueV3, fc.option(token, { nil: undefined })), cancel),
      ),
    },
    { weight: 1, arbitrary: incomplete },
  ),
};
