import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { visible } from "../ui/text.tsx";
import type { ControlProps } from "./field-props.ts";
import { branchOf, fits } from "./fits.ts";
import { carried } from "./initial.ts";

/** A union: which branch, and the part of it. */
export function ChoiceField(props: ControlProps<"choice">): JSX.Element {
  const { node, value, onChange, issues, form, described } = props;
  const { root, field: Field } = form;
  // Two branches may take the same value: the one that was chosen stays, until the value is of another.
  const [chosen, setChosen] = useState(-1);
  const own = node.branches[chosen];
  const isOwn =
    own !== undefined && (fits(own.schema, value, root) || !fits(props.schema, value, root));
  const at = isOwn ? chosen : branchOf(node, value, root);
  return (
    <div class="parts">
      <select
        id={String(described["id"])}
        aria-label={props.label === undefined ? "Which" : undefined}
        value={String(at)}
        onChange={({ currentTarget: { value: next } }) => {
          setChosen(Number(next));
          onChange(carried(node.branches[Number(next)]?.schema, value, root, Date.now()));
        }}
      >
        {node.branches.map(({ label }, index) => (
          <option key={index} value={String(index)}>
            {visible(label)}
          </option>
        ))}
      </select>
      <Field key={at} schema={node.branches[at]?.schema} {...{ value, onChange, issues, form }} />
    </div>
  );
}
