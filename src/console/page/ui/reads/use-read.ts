import { useEffect, useRef, useState } from "preact/hooks";
import { type ApiError, type Query, read } from "../../api/client.ts";
import { noteRefusal } from "../../session/session.ts";

/** How a read is. What was read before stays until the next answer, also when it is an error. */
export interface Reading<T> {
  readonly data: T | undefined;
  readonly error: ApiError | undefined;
  readonly isLoading: boolean;
  /** When `data` came, by the clock of the page. */
  readonly at: number;
  /** Reads again. Resolves when the answer is there. */
  readonly again: () => Promise<void>;
}

const nothing = { data: undefined, error: undefined, isLoading: true, at: 0 };

/**
 * Reads while it is shown: once, again when `path` or `query` changes, when `tick` does, and by `again`. An undefined path reads
 * nothing. An answer that was overtaken is dropped.
 */
export function useRead<T>(
  path: string | undefined,
  query: Query = {},
  tick?: unknown,
): Reading<T> {
  const [state, setState] = useState<Omit<Reading<T>, "again"> & { readonly of?: string }>(nothing);
  const key = `${path} ${JSON.stringify(query)}`;
  const current = useRef(new AbortController());
  const load = async (): Promise<void> => {
    current.current.abort();
    if (path === undefined) return;
    const control = new AbortController();
    current.current = control;
    setState((before) =>
      before.of === key ? { ...before, isLoading: true } : { ...nothing, of: key },
    );
    try {
      const data = await read<T>(path, query, control.signal);
      if (control.signal.aborted) return;
      setState({ data, error: undefined, isLoading: false, at: Date.now(), of: key });
    } catch (error) {
      if (control.signal.aborted) return;
      const refusal = noteRefusal(error);
      setState((before) => ({ ...before, error: refusal, isLoading: false }));
    }
  };
  // The key says what is read; the functions are new each time.
  useEffect(() => {
    void load();
    return () => current.current.abort();
  }, [key, tick]);
  const isOld = state.of !== undefined && state.of !== key;
  const shown = isOld ? nothing : state;
  return { ...shown, isLoading: path !== undefined && shown.isLoading, again: load };
}
