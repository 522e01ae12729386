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
  is<V, N extends string, I>(type: Type<V, N, I>): this is TypedValue<V, N>;
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

/** What a function takes: one type, a list of types with different typenames, or anything. */
export type Accepts = AnyType | readonly AnyType[] | undefined;

/** What reading needs of a type. */
export interface Decoder<Value> {
  readonly typename: string;
  decode(bytes: Uint8Array): Value;
}

export type ValueOf<T> = T extends Type<infer V, string, infer _I> ? V : never;

type Tagged<T> = T extends Type<infer V, infer N, infer _I> ? TypedValue<V, N> : never;

/** What the handler gets. */
export type MessageOf<A> = A extends undefined
  ? Message
  : A extends Type<infer V, string, infer _I>
    ? V
    : A extends readonly (infer T)[]
      ? Tagged<T>
      : Message;

/**
 * What may be sent where no type is declared: a tagged value, or a received message. `Why` is the compiler's answer to
 * a bare value, and has no other meaning.
 */
export interface TaggedMessage<Why extends string = Undeclared> extends Message {
  readonly "~why"?: Why;
}

type Undeclared =
  "no type is declared here: send a tagged value, as string.of(value), or a received message";

/** What may be sent. */
export type SendableOf<A, Why extends string = Undeclared> = A extends undefined
  ? TaggedMessage<Why>
  : A extends Type<infer _V, infer _N, infer I>
    ? I | Tagged<A>
    : A extends readonly (infer T)[]
      ? Tagged<T>
      : TaggedMessage<Why>;

/** The literal typenames of a list, except the one at `K`. */
type Others<A, K> = {
  [J in Exclude<Extract<keyof A, `${number}`>, K>]: A[J] extends Type<infer _V, infer N, infer _I>
    ? Typename extends N
      ? never
      : N
    : never;
}[Exclude<Extract<keyof A, `${number}`>, K>];

/**
 * `accepts` or `replies` as it is checked: the types of a list have literal typenames, each its own, so that the union
 * can be distinguished. `A` is inferred from the last branch, which is never taken.
 */
export type Distinct<A extends Accepts> = [A] extends [Accepts]
  ? A extends readonly AnyType[]
    ? {
        [K in keyof A]: A[K] extends Type<infer _V, infer N, infer _I>
          ? Typename extends N
            ? 'in a list, a type needs a literal typename: json("ns/name", schema), json("ns/name", shape<T>()), or the literal in customType'
            : N extends Others<A, K>
              ? `${N} is in the list twice: each type needs a typename of its own`
              : A[K]
          : A[K];
      }
    : A
  : A;
