import { createRequire } from "node:module";

/*
 * The official SDK, apache-flink-statefun 3.3.0: CommonJS, and its published types do not compile, so this
 * says what is used of them.
 */

export interface OfficialType {
  readonly typename: string;
}

export interface OfficialMessage {
  readonly valueTypeName: string;
  as(type: OfficialType): unknown;
  asString(): string;
}

export interface OfficialContext {
  readonly self: { readonly id: string };
  readonly storage: Record<string, unknown>;
  send(message: unknown): void;
  sendAfter(delayMs: number, message: unknown, token?: string): void;
  cancelDelayedMessage(token: string): void;
}

export interface OfficialFunction {
  readonly typename: string;
  readonly specs: readonly { readonly name: string; readonly type: OfficialType }[];
  fn(context: OfficialContext, message: OfficialMessage): void;
}

interface Built {
  readonly typename: string;
  readonly value: unknown;
  readonly valueType: OfficialType;
}

interface PublicApi {
  readonly StateFun: {
    new (): { bind(fn: OfficialFunction): void; handler(): (req: unknown, res: unknown) => void };
    intType(): OfficialType;
    stringType(): OfficialType;
    jsonType(typename: string): OfficialType;
    customType(
      typename: string,
      serialize: (value: Uint8Array) => Uint8Array,
      deserialize: (bytes: Uint8Array) => Uint8Array,
    ): OfficialType;
  };
  messageBuilder(message: Built & { readonly id: string }): unknown;
  egressMessageBuilder(message: Built): unknown;
}

const load = createRequire(import.meta.url);

// The names above are those of the package's documentation; a wrong one fails the first check of answers.
export const official = load("apache-flink-statefun") as PublicApi;

interface Internals {
  handle(request: Uint8Array, functions: Record<string, unknown>): Promise<Uint8Array>;
}

/**
 * Bytes in, bytes out. The package keeps `handle` to itself but has no `exports`, so its file can be asked
 * for: it is all that the SDK does beside HTTP, which makes this the comparison that is best for it.
 */
export function officialInvoke(...functions: readonly OfficialFunction[]) {
  const { handle } = load("apache-flink-statefun/dist/handler.js") as Internals;
  const { FunctionSpec } = load("apache-flink-statefun/dist/core.js") as {
    readonly FunctionSpec: { fromOpts(fn: OfficialFunction): unknown };
  };
  const bound = Object.fromEntries(functions.map((fn) => [fn.typename, FunctionSpec.fromOpts(fn)]));
  return (request: Uint8Array): Promise<Uint8Array> => handle(request, bound);
}
