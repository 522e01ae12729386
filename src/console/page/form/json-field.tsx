import type { JSX } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import type { FieldProps } from "./field-props.ts";
import { hasLargeNumbers, isSame, parsed } from "./json.ts";
import { Issues, Line } from "./parts.tsx";

/** A part that the form cannot show better: JSON as text. */
export function JsonField(
  props: FieldProps & { readonly title: string; readonly description: string },
): JSX.Element {
  const { value, onChange, label, isRequired = true, onRemove, actions, issues, form } = props;
  const id = useId();
  const [draft, setDraft] = useState<string>();
  const read = draft === undefined ? undefined : parsed(draft);
  const isDraft = draft !== undefined && (read?.wrong !== undefined || isSame(read?.value, value));
  const wrong = isDraft ? wrongIn(draft) : undefined;
  useEffect(() => {
    form.setWrong(id, wrong);
    return () => form.setWrong(id, undefined);
  }, [wrong]);
  const text = isDraft ? draft : JSON.stringify(value, null, 2);
  return (
    <Line
      {...{ label, isRequired, onRemove, actions }}
      title={props.title}
      description={props.description}
      labelFor={id}
    >
      <textarea
        id={id}
        class="mono"
        rows={1}
        spellcheck={false}
        aria-label={label === undefined ? "JSON" : undefined}
        aria-invalid={wrong !== undefined || issues.length > 0}
        aria-describedby={`${id}-issues`}
        value={text}
        onInput={({ currentTarget }) => {
          setDraft(currentTarget.value);
          const next = parsed(currentTarget.value);
          if (next.wrong === undefined) onChange(next.value);
        }}
      />
      <Issues
        id={`${id}-issues`}
        of={wrong === undefined ? issues : [{ path: [], message: wrong }]}
        hint="as JSON"
      />
    </Line>
  );
}

function wrongIn(text: string): string | undefined {
  const { wrong } = parsed(text);
  if (wrong !== undefined) return `not JSON: ${wrong}`;
  return hasLargeNumbers(text) ? "a number beyond 2^53: write all of it as JSON" : undefined;
}
