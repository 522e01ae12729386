import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { isHelpOpen } from "./keys.ts";
import { places } from "./places.ts";

const keys: readonly (readonly [string, string])[] = [
  ["/", "Jump to a function, an instance or a message"],
  ["j, k", "Next and previous row"],
  ["Enter", "Open the row"],
  ["r", "Retry, replay or refresh"],
  ["p", "Pause or resume the live figures"],
  ["?", "This list"],
];

export function Help(): JSX.Element | null {
  const dialog = useRef<HTMLDialogElement>(null);
  const isOpen = isHelpOpen.value;
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
  }, [isOpen]);
  if (!isOpen) return null;
  const close = (): void => {
    isHelpOpen.value = false;
  };
  return (
    <dialog ref={dialog} class="help" aria-label="Keys" onClose={close}>
      <h2>Keys</h2>
      <dl>
        {[...keys, ...places.flatMap(([, title, key]) => (key ? [[`g ${key}`, title]] : []))].map(
          ([key, text]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{text}</dd>
            </div>
          ),
        )}
      </dl>
      <footer>
        <button type="button" onClick={close}>
          Close
        </button>
      </footer>
    </dialog>
  );
}
