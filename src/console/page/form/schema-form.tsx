import type { JSX } from "preact";
import { ChoiceField } from "./choice-field.tsx";
import type { FieldProps, Issue } from "./field-props.ts";
import type { Json } from "./json.ts";
import { JsonField } from "./json-field.tsx";
import { ListField } from "./list-field.tsx";
import { nodeOf } from "./node.ts";
import { ObjectField } from "./object-field.tsx";
import { ScalarField } from "./scalar-field.tsx";
import type { Schema } from "./schema.ts";

interface SchemaFormProps {
  readonly schema: Schema;
  readonly value: Json;
  readonly onChange: (value: Json) => void;
  readonly issues: readonly Issue[];
  /** A part that is no value now, with the reason; undefined: it is one again. */
  readonly setWrong: (part: string, why: string | undefined) => void;
}

/** Fields for a JSON Schema. What it cannot say stands there as JSON. */
export function SchemaForm(props: SchemaFormProps): JSX.Element {
  const { schema, value, onChange, issues, setWrong } = props;
  const form = { root: schema, field: Field, setWrong };
  return (
    <div class="form">
      <Field {...{ schema, value, onChange, issues, form }} label={undefined} />
    </div>
  );
}

function Field(props: FieldProps): JSX.Element {
  const node = nodeOf(props.schema, props.form.root);
  switch (node.kind) {
    case "object":
      return <ObjectField {...props} node={node} />;
    case "list":
      return <ListField {...props} node={node} />;
    case "choice":
      return <ChoiceField {...props} node={node} />;
    case "json":
      return <JsonField {...props} title={node.title} description={node.description} />;
    default:
      return <ScalarField {...props} node={node} />;
  }
}
