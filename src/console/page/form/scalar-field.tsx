import type { JSX, TargetedInputEvent } from "preact";
import { newKey } from "../api/client.ts";
import { visible } from "../ui/text.tsx";
import { TextArea } from "../ui/text-area.tsx";
import type { ControlProps } from "./field-props.ts";
import { hasLargeNumbers, isSame, type Json, parsed } from "./json.ts";
import { useTyped } from "./use-typed.ts";

type Scalar = "pick" | "string" | "number" | "boolean" | "null";

/** One value that has no parts. */
export function ScalarField(props: ControlProps<Scalar>): JSX.Element {
  const { node, value, onChange, described } = props;
  switch (node.kind) {
    case "pick":
      return <Pick {...props} node={node} />;
    case "boolean":
      return (
        <label class="check">
          <input
            {...described}
            type="checkbox"
            checked={value === true}
            onChange={(event) => onChange(event.currentTarget.checked)}
          />{" "}
          {String(value === true)}
        </label>
      );
    case "null":
      return <code {...described}>null</code>;
    case "number":
      return <NumberInput {...props} />;
    default:
      return <TextInput {...props} />;
  }
}

function Pick({ node, value, onChange, described }: ControlProps<"pick">): JSX.Element {
  const { values } = node;
  const at = values.findIndex((one) => isSame(one, value));
  const texts = values.map((one) =>
    visible(typeof one === "string" ? one : JSON.stringify(one)).slice(0, 200),
  );
  if (values.length === 1 && at === 0) return <code {...described}>{texts}</code>;
  return (
    <select
      {...described}
      value={String(at)}
      onChange={(event) => onChange(values[Number(event.currentTarget.value)] ?? null)}
    >
      {at < 0 && <option value="-1">Choose…</option>}
      {texts.map((text, index) => (
        <option key={index} value={String(index)}>
          {text}
        </option>
      ))}
    </select>
  );
}

/** A number as it is written; what is no number yet stays text, which the schema refuses. */
function numberIn(text: string): Json {
  const { value } = parsed(text);
  return typeof value === "number" && Number.isFinite(value) && !hasLargeNumbers(text)
    ? value
    : text;
}

function NumberInput({ value, onChange, described }: ControlProps<Scalar>): JSX.Element {
  const [typed, setTyped] = useTyped(value, numberIn);
  return (
    <input
      {...described}
      class="mono short"
      inputMode="decimal"
      autocomplete="off"
      value={typed ?? textOf(value)}
      onInput={({ currentTarget }) => {
        setTyped(currentTarget.value);
        onChange(numberIn(currentTarget.value));
      }}
    />
  );
}

function TextInput({ node, value, onChange, described }: ControlProps<Scalar>): JSX.Element {
  const { format } = node.schema;
  const text = textOf(value);
  // An input would drop the ends of lines.
  if (format === undefined) return <TextArea {...described} value={text} set={onChange} />;
  const common = {
    ...described,
    value: text,
    autocomplete: "off",
    spellcheck: false,
    onInput: (event: TargetedInputEvent<HTMLInputElement>) => onChange(event.currentTarget.value),
  } as const;
  if (format === "password") return <input {...common} type="password" />;
  if (format === "date" && /^(\d{4}-\d\d-\d\d)?$/.test(text)) {
    return <input {...common} type="date" class="short" />;
  }
  return (
    <>
      <input {...common} />
      {format === "uuid" && (
        <button type="button" onClick={() => onChange(newUuid())}>
          New
        </button>
      )}
    </>
  );
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** `crypto.randomUUID` is missing where a page came by plain HTTP. */
function newUuid(): string {
  return newKey().replace(/^(.{8})(.{4}).(.{3}).(.{3})/, "$1-$2-4$3-8$4-");
}
