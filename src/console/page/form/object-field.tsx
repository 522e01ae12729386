import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { visible } from "../ui/text.tsx";
import { type ControlProps, issuesIn } from "./field-props.ts";
import { initialOf } from "./initial.ts";
import { isObject, type JsonObject, withProperty } from "./json.ts";
import { maxParts } from "./node.ts";
import { Sign } from "./parts.tsx";

/** An object: what must be there, what is switched on, and entries of a map. */
export function ObjectField(props: ControlProps<"object">): JSX.Element {
  const { node, value, onChange, issues, form, described } = props;
  const object = isObject(value) ? (value as JsonObject) : {};
  const known = new Set(node.properties.map(({ name }) => name));
  const others = Object.keys(object).filter((name) => !known.has(name));
  const parts = [
    ...node.properties.filter(({ name }) => Object.hasOwn(object, name)),
    ...others
      .slice(0, maxParts)
      .map((name) => ({ name, schema: node.rest ?? {}, isRequired: false })),
  ];
  // What must be there and is not, as in JSON that was written by hand, can be added too.
  const off = node.properties.filter(({ name }) => !Object.hasOwn(object, name));
  const add = (name: string, schema: unknown): void =>
    onChange(withProperty(object, name, initialOf(schema, form.root, Date.now())));
  const Field = form.field;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a grid everywhere
    <div role="group" aria-labelledby={props.label && String(described["id"])} class="parts">
      {parts.map(({ name, schema, isRequired }) => (
        <Field
          key={name}
          schema={schema}
          value={object[name] ?? null}
          onChange={(inner) => onChange(withProperty(object, name, inner))}
          label={name}
          isOptional={!isRequired && known.has(name)}
          actions={
            !isRequired && (
              <Sign
                sign="×"
                label={`Remove ${visible(name)}`}
                onClick={() => onChange(withProperty(object, name, undefined))}
              />
            )
          }
          issues={issuesIn(issues, name)}
          form={form}
        />
      ))}
      {off.length > 0 && (
        <div class="switches">
          {off.map(({ name, schema, isRequired }) => (
            <button type="button" key={name} onClick={() => add(name, schema)}>
              <span aria-hidden="true">+ </span>
              <span class="hidden">Add </span>
              <bdi class="mono">{visible(name)}</bdi>
              {isRequired && " (missing)"}
            </button>
          ))}
        </div>
      )}
      {node.rest !== undefined && <NewEntry taken={object} add={(name) => add(name, node.rest)} />}
    </div>
  );
}

/** A name for one more entry. */
function NewEntry(props: {
  readonly taken: JsonObject;
  readonly add: (name: string) => void;
}): JSX.Element {
  const [name, setName] = useState("");
  const isTaken = Object.hasOwn(props.taken, name);
  const add = (): void => {
    if (isTaken) return;
    props.add(name);
    setName("");
  };
  return (
    <div class="switches">
      <input
        class="mono short"
        aria-label="Name of a new entry"
        placeholder="name"
        autocomplete="off"
        spellcheck={false}
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
        onKeyDown={({ key }) => {
          if (key === "Enter") add();
        }}
      />
      <button type="button" disabled={isTaken} onClick={add}>
        + Entry
      </button>
    </div>
  );
}
