import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { TextArea } from "../ui/text-area.tsx";
import type { ControlProps } from "./field-props.ts";
import { hasLargeNumbers, parsed } from "./json.ts";
import { useTyped } from "./use-typed.ts";

/** A part that the form cannot show better: JSON as text. */
export function JsonField(props: ControlProps<"json">): JSX.Element {
  const { value, onChange, form, described } = props;
  const id = String(described["id"]);
  const [typed, setTyped] = useTyped(value, (text) => parsed(text).value);
  const wrong = typed === undefined ? undefined : wrongIn(typed);
  useEffect(() => {
    form.setWrong(id, wrong);
    return () => form.setWrong(id, undefined);
  }, [wrong]);
  return (
    <TextArea
      {...described}
      class="mono"
      placeholder="JSON"
      value={typed ?? JSON.stringify(value, null, 2)}
      set={(text) => {
        setTyped(text);
        const next = parsed(text).value;
        if (next !== undefined) onChange(next);
      }}
    />
  );
}

function wrongIn(text: string): string | undefined {
  const { wrong } = parsed(text);
  if (wrong !== undefined) return `not JSON: ${wrong}`;
  return hasLargeNumbers(text) ? "a number beyond 2^53: write all of it as JSON" : undefined;
}
