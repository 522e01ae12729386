import type { MessageHeaders } from "./headers.ts";

/** `namespace/name`. Checked again at run time: exactly one slash, both parts non-empty. */
export type Typename = `${string}/${string}`;

/**
 * How values of one kind become bytes, under a name that every language knows it by. `Value` is what a
 * handler reads; `Input` is what a sender may give (a schema with defaults or transforms tells them
 * apart).
 */
export interface Type<Value, Name extends string = string, Input = Value> {
  readonly typename: Name;
  /** Throws `value_invalid`. The result is nobody else's: later changes of `value` do not reach it. */
  encode(value: Input): Uint8Array;
  /** Throws `value_invalid`. The result shares nothing with `bytes`. */
  decode(bytes: Uint8Array): Value;
  /** The value tagged with this type. Encodes at once: a bad message fails at its sender. */
  of(value: Input): TypedValue<Value, Name>;
}

/**
 * Any value with its type's name: what a function without `accepts` gets. May be sent on as it is;
 * forwarding keeps its headers unless others are given.
 */
export interface Message {
  readonly "~message": true;
  readonly typename: string;
  /** A copy: what is done to it is not done to the message. */
  readonly bytes: Uint8Array;
  readonly headers: MessageHeaders;
  /** Narrows: after `if (message.is(Login))`, `message.value` is a Login. */
  is<V, N extends string, I>(
    type: Type<V, N, I>,
  ): this is this & { readonly typename: N; readonly value: V };
  /** Throws `message_undecodable` when the message is of another type or its bytes cannot be read. */
  as<V, N extends string, I>(type: Type<V, N, I>): V;
}

/**
 * A `Message` whose value is known. Only made by `type.of`, or handed to a handler: `{ typename, value }`
 * written by hand is data, never a tag.
 */
export interface TypedValue<Value = unknown, Name extends string = string> extends Message {
  readonly typename: Name;
  readonly value: Value;
  readonly "~typed": true;
}

// biome-ignore lint/suspicious/noExplicitAny: only `any` is assignable in both directions of a Type.
export type AnyType = Type<any, string, any>;

/** What a function takes: one type, a list of types told apart by their typenames, or anything. */
export type Accepts = AnyType | readonly AnyType[] | undefined;

/** What reading needs of a type. */
export interface Decoder<Value> {
  readonly typename: string;
  decode(bytes: Uint8Array): Value;
}

export type ValueOf<T> = T extends Type<infer V, string, infer _I> ? V : never;

type Tagged<T> = T extends Type<infer V, infer N, infer _I> ? TypedValue<V, N> : never;

/** What the handler gets. */
export type MessageOf<A> =
  A extends Type<infer V, string, infer _I>
    ? V
    : A extends readonly (infer T)[]
      ? Tagged<T>
      : Message;

/** What may be sent. */
export type SendableOf<A> =
  A extends Type<infer _V, infer _N, infer I>
    ? I | Tagged<A>
    : A extends readonly (infer T)[]
      ? Tagged<T>
      : Message;

/** Refuses a list whose types have no literal typename: the union could not be told apart. */
export type Distinct<A> = A extends readonly AnyType[]
  ? {
      [K in keyof A]: A[K] extends Type<infer _V, infer N, infer _I>
        ? Typename extends N
          ? 'in a list, a type needs a literal typename: json("ns/name", schema), json("ns/name", shape<T>()), or the literal in customType'
          : A[K]
        : A[K];
    }
  : A;
