import type { Type } from "statefun";
import {
  codecV2,
  codecV3,
  type InvocationBatch,
  type InvocationOutcome,
  type ProtocolCodec,
  type WireHeader,
  type WireValue,
} from "statefun/protocol";
import { expect } from "vitest";
import { blob } from "./functions.ts";

/** The suite's view of a server under test: the base URL, once it has started. */
export type Server = () => string;

export const octetStream = { "content-type": "application/octet-stream" };

export const wires: readonly ProtocolCodec[] = [codecV2, codecV3];

export function wireValue<V>(
  type: Type<V>,
  value: V,
  headers: readonly WireHeader[] = [],
): WireValue {
  return { typename: type.typename, bytes: type.encode(value), headers };
}

export function batchOf(
  typename: string,
  messages: readonly WireValue[],
  options: Partial<InvocationBatch> & { readonly id?: string } = {},
): InvocationBatch {
  const { id = "1", ...rest } = options;
  return {
    target: { typename, id },
    state: new Map(),
    invocations: messages.map((argument) => ({ caller: undefined, argument })),
    ...rest,
  };
}

export function post(
  url: string,
  body: BodyInit | null,
  init: RequestInit = {},
): Promise<Response> {
  return fetch(url, { method: "POST", headers: octetStream, body, ...init });
}

/** Sends a batch, and expects an answer without an error. */
export async function invoke(
  url: string,
  codec: ProtocolCodec,
  batch: InvocationBatch,
): Promise<InvocationOutcome> {
  return readOutcome(await post(url, bodyOf(codec, batch)), codec);
}

export function bodyOf(codec: ProtocolCodec, batch: InvocationBatch): Uint8Array<ArrayBuffer> {
  return new Uint8Array(codec.encodeRequest(batch));
}

export async function readOutcome(
  response: Response,
  codec: ProtocolCodec,
): Promise<InvocationOutcome> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect(response.status, new TextDecoder().decode(bytes)).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/octet-stream");
  return codec.decodeResponse(bytes);
}

/** What a failed request answers: one line with the code. */
export async function readFailure(response: Response): Promise<{ status: number; line: string }> {
  const text = await response.text();
  const line = text.trimEnd();
  expect(line).not.toContain("\n");
  expect(line).not.toContain("secret");
  expect(line).not.toMatch(/\bat .*:\d+/);
  return { status: response.status, line };
}

/** A request that any server answers at once. */
export function smallBatch(): InvocationBatch {
  return batchOf("contract/echo", [wireValue(blob, Uint8Array.of(1, 2, 3))]);
}

/** A server that answers this has survived whatever came before. */
export async function expectAlive(server: Server): Promise<void> {
  const outcome = await invoke(`${server()}/auto`, codecV3, smallBatch());
  expect(outcome.kind).toBe("completed");
}
