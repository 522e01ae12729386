import type { JSX, TargetedInputEvent } from "preact";
import { useId, useState } from "preact/hooks";
import { visible } from "../ui/text.tsx";
import type { FieldProps } from "./field-props.ts";
import { problemOf } from "./fits.ts";
import { isSame, type Json } from "./json.ts";
import type { FormNode } from "./node.ts";
import { Issues, Line } from "./parts.tsx";

type ScalarNode = FormNode & { readonly kind: "pick" | "text" | "number" | "boolean" | "null" };

const inputModes: Readonly<Record<string, "email" | "url">> = { email: "email", uri: "url" };

/** One value that has no parts. */
export function ScalarField(props: FieldProps & { readonly node: ScalarNode }): JSX.Element {
  const { node, value, label, isRequired = true, onRemove, actions, issues } = props;
  const id = useId();
  const hint = value === "" && node.kind === "text" ? undefined : problemOf(node, value);
  const described = {
    id,
    "aria-invalid": issues.length > 0,
    "aria-describedby": `${id}-issues`,
    "aria-label": label === undefined ? "Value" : undefined,
  };
  return (
    <Line
      {...{ label, isRequired, onRemove, actions }}
      title={node.title}
      description={node.description}
      labelFor={id}
    >
      <Control {...props} described={described} />
      <Issues id={`${id}-issues`} of={issues} hint={hint} />
    </Line>
  );
}

type Described = Readonly<Record<string, string | boolean | undefined>>;

function Control(
  props: FieldProps & { readonly node: ScalarNode; readonly described: Described },
): JSX.Element {
  const { node, value, onChange, described } = props;
  switch (node.kind) {
    case "pick":
      return <Pick values={node.values} {...{ value, onChange, described }} />;
    case "boolean":
      return (
        <label class="check">
          <input
            {...described}
            type="checkbox"
            checked={value === true}
            onChange={(event) => onChange(event.currentTarget.checked)}
          />{" "}
          {value === true ? "true" : "false"}
        </label>
      );
    case "null":
      return <code {...described}>null</code>;
    case "number":
      return <NumberInput {...{ value, onChange, described }} isInteger={node.isInteger} />;
    default:
      return <TextInput {...{ value, onChange, described, node }} />;
  }
}

interface InputProps {
  readonly value: Json;
  readonly onChange: (value: Json) => void;
  readonly described: Described;
}

function Pick(props: InputProps & { readonly values: readonly Json[] }): JSX.Element {
  const { values, value, onChange, described } = props;
  const at = values.findIndex((one) => isSame(one, value));
  const textOf = (one: Json): string =>
    visible(typeof one === "string" ? one : JSON.stringify(one)).slice(0, 200);
  const [only] = values;
  if (values.length === 1 && only !== undefined && at === 0) {
    return <code {...described}>{textOf(only)}</code>;
  }
  return (
    <select
      {...described}
      value={String(at)}
      onChange={(event) => onChange(values[Number(event.currentTarget.value)] ?? null)}
    >
      {at < 0 && <option value="-1">Choose…</option>}
      {values.map((one, index) => (
        <option key={textOf(one)} value={String(index)}>
          {textOf(one)}
        </option>
      ))}
    </select>
  );
}

/** A number as it is written; what is no number yet stays text, which the schema refuses. */
export function numberIn(text: string): Json {
  const trimmed = text.trim();
  const number = Number(trimmed);
  const isOne = trimmed !== "" && Number.isFinite(number) && /^[-+\d.eE]+$/.test(trimmed);
  const isExact = !Number.isInteger(number) || Number.isSafeInteger(number) || /[.eE]/.test(text);
  return isOne && isExact ? number : text;
}

function NumberInput(props: InputProps & { readonly isInteger: boolean }): JSX.Element {
  const { value, onChange, described, isInteger } = props;
  // "1.0" and "1" are one number: what is typed stays.
  const [draft, setDraft] = useState<string>();
  const isDraft = draft !== undefined && Object.is(numberIn(draft), value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return (
    <input
      {...described}
      class="mono short"
      inputMode={isInteger ? "numeric" : "decimal"}
      autocomplete="off"
      value={isDraft ? draft : text}
      onInput={({ currentTarget }) => {
        setDraft(currentTarget.value);
        onChange(numberIn(currentTarget.value));
      }}
    />
  );
}

function TextInput(
  props: InputProps & { readonly node: FormNode & { readonly kind: "text" } },
): JSX.Element {
  const { value, onChange, described, node } = props;
  const { format } = node;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const common = {
    ...described,
    value: text,
    autocomplete: "off",
    spellcheck: false,
    onInput: (event: TargetedInputEvent<HTMLInputElement>) => onChange(event.currentTarget.value),
  } as const;
  if (format === "") {
    // An input would drop the ends of lines.
    return (
      <textarea
        {...described}
        rows={1}
        spellcheck={false}
        value={text}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  if (format === "password") return <input {...common} type="password" />;
  if (format === "date" && /^(\d{4}-\d\d-\d\d)?$/.test(text)) {
    return <input {...common} type="date" class="short" />;
  }
  return (
    <>
      <input
        {...common}
        inputMode={inputModes[format] ?? "text"}
        placeholder={placeholders[format]}
      />
      {format === "date-time" && (
        <button type="button" onClick={() => onChange(new Date().toISOString())}>
          Now
        </button>
      )}
      {format === "uuid" && (
        <button type="button" onClick={() => onChange(newUuid())}>
          New
        </button>
      )}
    </>
  );
}

const placeholders: Readonly<Record<string, string>> = {
  "date-time": "2026-11-29T14:30:00Z",
  time: "14:30:00",
  duration: "PT1H30M",
  email: "name@example.com",
  uri: "https://example.com/",
};

/** `crypto.randomUUID` is missing where a page came by plain HTTP. */
function newUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}
