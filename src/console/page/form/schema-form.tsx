import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { visible } from "../ui/text.tsx";
import { ChoiceField } from "./choice-field.tsx";
import {
  type ControlProps,
  type FieldProps,
  type FormContext,
  issuesBeside,
} from "./field-props.ts";
import { problemOf } from "./fits.ts";
import { JsonField } from "./json-field.tsx";
import { ListField } from "./list-field.tsx";
import { type FormNode, nodeOf } from "./node.ts";
import { ObjectField } from "./object-field.tsx";
import { Issues } from "./parts.tsx";
import { ScalarField } from "./scalar-field.tsx";
import type { Schema } from "./schema.ts";

/** Fields for a JSON Schema. What it cannot say stands there as JSON. */
export function SchemaForm(
  props: Pick<FieldProps, "value" | "onChange" | "issues"> &
    Pick<FormContext, "wrong" | "setWrong"> & { readonly schema: Schema },
): JSX.Element {
  const { schema, wrong, setWrong } = props;
  return (
    <div class="form">
      <Field {...props} form={{ root: schema, field: Field, wrong, setWrong }} />
    </div>
  );
}

/** A line of the form: its name at the left, what is filled in at the right. */
function Field(props: FieldProps): JSX.Element {
  const { form, label, value, issues, isOptional } = props;
  const node = nodeOf(props.schema, form.root);
  const id = useId();
  const isGroup = node.kind === "object" || node.kind === "array";
  const { title, description } = node.schema;
  const about = [title, description].filter(Boolean).join(". ");
  const wrong = form.wrong[id];
  const described = {
    id,
    "aria-invalid": issues.length > 0 || wrong !== undefined,
    "aria-describedby": `${id}-issues`,
    "aria-label": label === undefined ? "Value" : undefined,
  };
  // What is not written yet is not wrong.
  const isEmpty = value === "" && node.kind === "string";
  const Name = isGroup ? "span" : "label";
  return (
    <div class={isGroup || node.kind === "choice" ? "field group" : "field"}>
      {label !== undefined && (
        <div class="name-of">
          <Name {...(isGroup ? { id } : { for: id })}>
            <bdi class="mono">{visible(label) || "(empty)"}</bdi>
            {isOptional === true && <span class="note"> optional</span>}
          </Name>
          {props.actions}
        </div>
      )}
      <div class="filled">
        <Control {...props} node={node} described={described} />
        {node.kind !== "choice" && (
          <Issues
            id={`${id}-issues`}
            of={isGroup ? issuesBeside(issues, Object.keys(Object(value))) : issues}
            hint={wrong ?? (isEmpty ? undefined : problemOf(node, value))}
          />
        )}
        {about !== "" && <p class="note">{visible(about)}</p>}
      </div>
    </div>
  );
}

function Control(props: ControlProps<FormNode["kind"]>): JSX.Element {
  const { node } = props;
  switch (node.kind) {
    case "object":
      return <ObjectField {...props} node={node} />;
    case "array":
      return <ListField {...props} node={node} />;
    case "choice":
      return <ChoiceField {...props} node={node} />;
    case "json":
      return <JsonField {...props} node={node} />;
    default:
      return <ScalarField {...props} node={node} />;
  }
}
