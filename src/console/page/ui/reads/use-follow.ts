import { useEffect, useRef } from "preact/hooks";
import type { Reading } from "./use-read.ts";

/** Between two reads that nobody asked for. */
const everyMs = 2_000;

/**
 * Reads again when `key` changes, as a live topic does: at most once in two seconds, never while a read is under way, and not
 * while `isHeld`, as under a dialog. What changed meanwhile is read afterwards, once.
 */
export function useFollow<T>(reading: Reading<T>, key: unknown, isHeld = false): void {
  const latest = useRef(reading);
  latest.current = reading;
  const seen = useRef(key);
  const last = useRef(Date.now());
  const { isLoading } = reading;
  useEffect(() => {
    if (isLoading) last.current = Date.now();
  }, [isLoading]);
  useEffect(() => {
    // The first snapshot of a topic is no change.
    if (seen.current === undefined) seen.current = key;
    if (isHeld || isLoading || key === seen.current) return;
    const read = (): void => {
      seen.current = key;
      void latest.current.again();
    };
    const timer = setTimeout(read, Math.max(0, last.current + everyMs - Date.now()));
    return () => clearTimeout(timer);
  }, [key, isHeld, isLoading]);
}
