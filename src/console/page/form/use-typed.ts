import { useState } from "preact/hooks";
import { isSame, type Json } from "./json.ts";

/** What is typed stays as it is typed, as long as it means the value, or nothing yet. "1.0" and "1" are one number. */
export function useTyped(
  value: Json,
  read: (text: string) => Json | undefined,
): readonly [typed: string | undefined, setTyped: (text: string) => void] {
  const [typed, setTyped] = useState<string>();
  const meant = typed === undefined ? undefined : read(typed);
  return [meant === undefined || isSame(meant, value) ? typed : undefined, setTyped];
}
