import type { JSX } from "preact";
import { topic } from "../../api/live.ts";
import { Failure, Loading } from "../../ui/parts.tsx";
import { type Reading, useRead } from "../../ui/reads/use-read.ts";
import { useTopics } from "../../ui/reads/use-topics.ts";

export interface Listed<T> {
  /** Undefined until they are known. */
  readonly rows: readonly T[] | undefined;
  readonly reading: Reading<unknown>;
}

/** A short list that is read once, and then comes by the live topic of the same name. With a lack: nothing. */
export function useListed<T>(name: string, lack?: string): Listed<T> {
  useTopics(...(lack === undefined ? [name] : []));
  const reading = useRead<Record<string, readonly T[]>>(lack === undefined ? name : undefined);
  // A list that is too large for the stream is read alone.
  const live = topic<Record<string, readonly T[] | undefined>>(name).value?.[name];
  return { rows: lack === undefined ? (live ?? reading.data?.[name]) : undefined, reading };
}

export function Listed(props: {
  readonly of: Listed<unknown>;
  readonly what: string;
}): JSX.Element | null {
  const { rows, reading } = props.of;
  if (rows !== undefined) return null;
  return (
    <>
      <Failure error={reading.error} again={reading.again} />
      <Loading isLoading={reading.isLoading && reading.error === undefined} what={props.what} />
    </>
  );
}
