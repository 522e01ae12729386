import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { visible } from "../ui/text.tsx";
import type { FieldProps } from "./field-props.ts";
import { branchOf, fits } from "./fits.ts";
import { carried } from "./initial.ts";
import type { FormNode } from "./node.ts";
import { Line } from "./parts.tsx";

/** A union: which branch, and the part of it. */
export function ChoiceField(
  props: FieldProps & { readonly node: FormNode & { readonly kind: "choice" } },
): JSX.Element {
  const {
    node,
    value,
    onChange,
    label,
    isRequired = true,
    onRemove,
    actions,
    issues,
    form,
  } = props;
  const id = useId();
  const { root } = form;
  // Two branches may take the same value: the one that was chosen stays, until the value is of another.
  const [chosen, setChosen] = useState<number>();
  const found = branchOf(node, value, root);
  const own = chosen === undefined ? undefined : node.branches[chosen];
  const isOwn = own !== undefined && (fits(own.schema, value, root) || !fitsAny(props));
  const at = isOwn && chosen !== undefined ? chosen : found;
  const branch = node.branches[at];
  const Field = form.field;
  return (
    <Line
      {...{ label, isRequired, onRemove, actions }}
      title={node.title}
      description={node.description}
      labelFor={id}
      isGroup
    >
      <div class="parts">
        <select
          id={id}
          aria-label={label === undefined ? "Which" : undefined}
          value={String(at)}
          onChange={(event) => {
            const next = Number(event.currentTarget.value);
            const schema = node.branches[next]?.schema;
            setChosen(next);
            onChange(carried(schema, value, root, Date.now()));
          }}
        >
          {node.branches.map((one, index) => (
            <option key={index} value={String(index)}>
              {visible(one.label)}
            </option>
          ))}
        </select>
        {branch !== undefined && (
          <Field
            key={at}
            schema={branch.schema}
            value={value}
            onChange={onChange}
            label={undefined}
            issues={issues}
            form={form}
          />
        )}
      </div>
    </Line>
  );
}

/** Whether any branch takes the value as it is: while it is typed, none may. */
function fitsAny({
  node,
  value,
  form,
}: FieldProps & { readonly node: FormNode & { readonly kind: "choice" } }): boolean {
  return node.branches.some(({ schema }) => fits(schema, value, form.root));
}
