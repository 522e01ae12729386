import type { Wire } from "./fixtures.ts";

/** How a field is read; a message is named by its table below. */
export type Kind = "string" | "bytes" | "bool" | "int64" | { readonly message: string } | EnumKind;
export interface EnumKind {
  readonly names: readonly string[];
}
export interface Field {
  readonly name: string;
  readonly kind: Kind;
  readonly repeated?: boolean;
}
export interface MessageSchema {
  /** The name of the oneof that all the fields belong to. */
  readonly oneof?: string;
  readonly fields: Readonly<Record<number, Field>>;
}
export type Schema = Readonly<Record<string, MessageSchema>>;

const field = (name: string, kind: Kind): Field => ({ name, kind });
const message = (name: string, type: string): Field => ({ name, kind: { message: type } });
const list = (name: string, type: string): Field => ({
  name,
  kind: { message: type },
  repeated: true,
});

const mutationType: EnumKind = { names: ["DELETE", "MODIFY"] };
const expireMode: EnumKind = { names: ["NONE", "AFTER_WRITE", "AFTER_INVOKE"] };

/** The messages that differ only in how a value is written. */
function messages(value: string, state: Field): Schema {
  return {
    Address: {
      fields: {
        1: field("namespace", "string"),
        2: field("type", "string"),
        3: field("id", "string"),
      },
    },
    ToFunction: { oneof: "request", fields: { 100: message("invocation", "Batch") } },
    Batch: {
      fields: {
        1: message("target", "Address"),
        2: list("state", "State"),
        3: list("invocations", "Invocation"),
      },
    },
    State: { fields: { 1: field("state_name", "string"), 2: state } },
    Invocation: { fields: { 1: message("caller", "Address"), 2: message("argument", value) } },
    Result: {
      fields: {
        1: list("state_mutations", "Mutation"),
        2: list("outgoing_messages", "Outgoing"),
        3: list("delayed_invocations", "Delayed"),
        4: list("outgoing_egresses", "Egress"),
      },
    },
    Mutation: {
      fields: {
        1: field("mutation_type", mutationType),
        2: field("state_name", "string"),
        3: state,
      },
    },
    Outgoing: { fields: { 1: message("target", "Address"), 2: message("argument", value) } },
    Egress: {
      fields: {
        1: field("egress_namespace", "string"),
        2: field("egress_type", "string"),
        3: message("argument", value),
      },
    },
    Header: {
      fields: {
        1: field("key", "string"),
        2: field("value", "bytes"),
        3: field("has_value", "bool"),
      },
    },
    KafkaProducerRecord: {
      fields: {
        1: field("key", "string"),
        2: field("value_bytes", "bytes"),
        3: field("topic", "string"),
        4: list("headers", "Header"),
      },
    },
    KinesisEgressRecord: {
      fields: {
        1: field("partition_key", "string"),
        2: field("value_bytes", "bytes"),
        3: field("stream", "string"),
        4: field("explicit_hash_key", "string"),
      },
    },
  };
}

const delayed = (value: string): MessageSchema["fields"] => ({
  1: field("delay_in_ms", "int64"),
  2: message("target", "Address"),
  3: message("argument", value),
});

const v2: Schema = {
  ...messages("Any", field("state_value", "bytes")),
  Any: { fields: { 1: field("type_url", "string"), 2: field("value", "bytes") } },
  FromFunction: { oneof: "response", fields: { 100: message("invocation_result", "Result") } },
  Delayed: { fields: delayed("Any") },
};

const v3: Schema = {
  ...messages("TypedValue", message("state_value", "TypedValue")),
  TypedValue: {
    fields: {
      1: field("typename", "string"),
      2: field("has_value", "bool"),
      3: field("value", "bytes"),
      4: list("metadata", "Header"),
    },
  },
  FromFunction: {
    oneof: "response",
    fields: {
      100: message("invocation_result", "Result"),
      101: message("incomplete_invocation_context", "Incomplete"),
    },
  },
  Delayed: {
    fields: {
      ...delayed("TypedValue"),
      10: field("is_cancellation_request", "bool"),
      11: field("cancellation_token", "string"),
    },
  },
  Incomplete: { fields: { 1: list("missing_values", "Missing") } },
  Missing: {
    fields: {
      1: field("state_name", "string"),
      2: message("expiration_spec", "Expiration"),
      3: field("type_typename", "string"),
    },
  },
  Expiration: {
    fields: { 1: field("mode", expireMode), 2: field("expire_after_millis", "int64") },
  },
};

/** Written from proto/, not from `src`: what disagrees with it is a finding. */
export const schemas: Readonly<Record<Wire, Schema>> = { v2, v3 };
