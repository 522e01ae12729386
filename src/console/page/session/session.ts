import { ApiError, read, useToken } from "../api/client.ts";
import { reconnect } from "../api/live.ts";
import type { Me } from "../api/types.ts";
import { type Signal, signal } from "../signal.ts";
import { keep, stored } from "./settings.ts";

/** Where this page is with the server: `closed` asks for a token. */
export type SessionState = "opening" | "open" | "closed" | "unreachable";

export const session: Signal<SessionState> = signal("opening");
export const me: Signal<Me | undefined> = signal(undefined);
/** Why it is closed or unreachable, in words of the server. */
export const sessionError: Signal<ApiError | undefined> = signal(undefined);

/** Kept while the tab is open, for a page that is loaded again; never longer, and never sent elsewhere. */
const place = "statefun-token";

/** Asks who is here. Never rejects. */
export async function openSession(): Promise<void> {
  useToken(storedToken());
  try {
    me.value = await read<Me>("me");
    sessionError.value = undefined;
    session.value = "open";
    reconnect();
  } catch (error) {
    noteRefusal(error);
  }
}

export async function signIn(token: string): Promise<void> {
  keep(place, token, "sessionStorage");
  session.value = "opening";
  await openSession();
}

export function signOut(): void {
  keep(place, "", "sessionStorage");
  useToken(undefined);
  me.value = undefined;
  sessionError.value = undefined;
  session.value = "closed";
}

/** An error of any request, as it is shown. A credential that ran out closes the session. */
export function noteRefusal(error: unknown): ApiError {
  const refusal = error instanceof ApiError ? error : new ApiError(0, "failed", String(error));
  const isClosed = refusal.status === 401;
  if (isClosed || session.value === "opening") {
    session.value = isClosed ? "closed" : "unreachable";
    sessionError.value = refusal;
  }
  return refusal;
}

/** Whether this operator may change anything. The server decides; the page says so beforehand. */
export function mayWrite(): boolean {
  return me.value?.role === "write";
}

/** Why this engine does not have a feature; undefined: it can. */
export function lackOf(feature: string): string | undefined {
  return me.value?.unsupported[feature];
}

export function hasToken(): boolean {
  return storedToken() !== undefined;
}

function storedToken(): string | undefined {
  return stored(place, "sessionStorage") || undefined;
}
