import type { JSX } from "preact";
import { useState } from "preact/hooks";

/** Opens a dialog, which closes itself. It shows what was known when it was asked for. */
export type Ask = (make: (close: () => void) => JSX.Element) => void;

/** The dialog over a screen, if one is open. What it may have changed is read again when it closes. */
export function useDialog(again: () => unknown): readonly [JSX.Element | undefined, Ask] {
  const [dialog, setDialog] = useState<JSX.Element>();
  const close = (): void => {
    setDialog(undefined);
    void again();
  };
  return [dialog, (make) => setDialog(make(close))];
}
