import { useEffect, useRef, useState } from "preact/hooks";

/** The value, but not more often than every `ms`: for reads that follow what is live. */
export function useSlow<T>(value: T, ms = 2_000): T {
  const [slow, setSlow] = useState(value);
  const at = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const take = (): void => {
      at.current = performance.now();
      setSlow(() => value);
    };
    const wait = at.current + ms - performance.now();
    if (wait <= 0) {
      take();
      return undefined;
    }
    const timer = setTimeout(take, wait);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return slow;
}
