import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { visible } from "../ui/text.tsx";
import { type FieldProps, issuesBeside, issuesIn } from "./field-props.ts";
import { initialOf } from "./initial.ts";
import { isObject, type Json, type JsonObject, withProperty } from "./json.ts";
import type { FormNode, Property } from "./node.ts";
import { Issues, Line } from "./parts.tsx";

/** Properties that a value has besides those that are known. */
const maxOthers = 100;

/** An object: what must be there, what is switched on, and entries of a map. */
export function ObjectField(
  props: FieldProps & { readonly node: FormNode & { readonly kind: "object" } },
): JSX.Element {
  const { node, value, onChange, label, isRequired = true, onRemove, actions, issues } = props;
  const id = useId();
  const object = isObject(value) ? (value as JsonObject) : {};
  const known = new Set(node.properties.map(({ name }) => name));
  const others = Object.keys(object)
    .filter((name) => !known.has(name))
    .slice(0, maxOthers);
  const isOn = ({ name }: Property): boolean => Object.hasOwn(object, name);
  const set = (name: string, inner: Json | undefined): void =>
    onChange(withProperty(object, name, inner));
  const on = node.properties.filter(isOn);
  // What must be there and is not, as in JSON that was written by hand, can be added too.
  const off = node.properties.filter((one) => !isOn(one));
  const start = (schema: unknown): Json => initialOf(schema, props.form.root, Date.now());
  const part = (name: string, schema: unknown, isNeeded: boolean): JSX.Element => {
    const Field = props.form.field;
    return (
      <Field
        key={name}
        schema={schema}
        value={object[name] ?? null}
        onChange={(inner) => set(name, inner)}
        label={name}
        isRequired={isNeeded || !known.has(name)}
        onRemove={isNeeded ? undefined : () => set(name, undefined)}
        issues={issuesIn(issues, name)}
        form={props.form}
      />
    );
  };
  return (
    <Line
      {...{ label, isRequired, onRemove, actions }}
      title={node.title}
      description={node.description}
      labelId={id}
      isGroup
    >
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a grid everywhere */}
      <div role="group" aria-labelledby={label === undefined ? undefined : id} class="parts">
        {on.map(({ name, schema, isRequired: isNeeded }) => part(name, schema, isNeeded))}
        {others.map((name) => part(name, node.rest ?? {}, false))}
        {off.length > 0 && (
          <Switches of={off} add={({ name, schema }) => set(name, start(schema))} />
        )}
        {node.rest !== undefined && (
          <NewEntry taken={object} add={(name) => set(name, start(node.rest))} />
        )}
        <Issues of={issuesBeside(issues, [...on.map(({ name }) => name), ...others])} />
      </div>
    </Line>
  );
}

/** Optional properties that are not there. */
function Switches(props: {
  readonly of: readonly Property[];
  readonly add: (property: Property) => void;
}): JSX.Element {
  return (
    <div class="switches">
      {props.of.map((property) => (
        <button type="button" key={property.name} onClick={() => props.add(property)}>
          <span aria-hidden="true">+ </span>
          <span class="hidden">Add </span>
          <bdi class="mono">{visible(property.name)}</bdi>
          {property.isRequired && " (missing)"}
        </button>
      ))}
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
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          add();
        }}
      />
      <button type="button" disabled={isTaken} onClick={add}>
        + Entry
      </button>
      {isTaken && <span class="note">there is one of this name</span>}
    </div>
  );
}
