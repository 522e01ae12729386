import { json } from "../types/json-type.ts";
import type { Type } from "../types/type.ts";

/** A message that cannot be handled, with what is needed to find out why and to send it again. */
export interface FailedMessage {
  readonly target: { readonly typename: string; readonly id: string };
  readonly caller?: { readonly typename: string; readonly id: string };
  readonly typename: string;
  /** The payload, base64. */
  readonly payload: string;
  readonly error: { readonly code: string; readonly message: string };
}

export const failedMessageTypename = "statefun/failed-message";

/** JSON, `statefun/failed-message`. */
export const failedMessage: Type<FailedMessage, "statefun/failed-message"> = /* @__PURE__ */ json<
  FailedMessage,
  "statefun/failed-message"
>(failedMessageTypename);
