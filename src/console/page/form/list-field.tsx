import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { type FieldProps, issuesBeside, issuesIn } from "./field-props.ts";
import { partOf } from "./fits.ts";
import { initialOf } from "./initial.ts";
import type { Json } from "./json.ts";
import type { FormNode } from "./node.ts";
import { Issues, Line, Sign } from "./parts.tsx";

/** Items that are shown as fields: more are edited as JSON. */
const maxShown = 200;

/** A list or a tuple. */
export function ListField(
  props: FieldProps & { readonly node: FormNode & { readonly kind: "list" } },
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
  const items: readonly Json[] = Array.isArray(value) ? value : [];
  const shown = items.slice(0, maxShown);
  const isFull = items.length >= node.max;
  const add = (): void =>
    onChange([...items, initialOf(partOf(node, items.length), form.root, Date.now())]);
  const Field = form.field;
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
        {shown.map((item, index) => (
          <Field
            key={index}
            schema={partOf(node, index)}
            value={item}
            onChange={(inner) =>
              onChange(items.map((one, place) => (place === index ? inner : one)))
            }
            label={String(index)}
            actions={
              <ItemSigns
                index={index}
                fixed={node.first.length}
                length={items.length}
                min={node.min}
                onChange={(order) => onChange(order.map((from) => items[from] ?? null))}
              />
            }
            issues={issuesIn(issues, index)}
            form={form}
          />
        ))}
        {items.length > maxShown && (
          <p class="note">{items.length - maxShown} more: edit them as JSON.</p>
        )}
        {!isFull && (
          <div class="switches">
            <button type="button" onClick={add}>
              + Item
            </button>
          </div>
        )}
        <Issues
          of={issuesBeside(issues, [...shown.keys()])}
          hint={lengthHint(node, items.length)}
        />
      </div>
    </Line>
  );
}

function lengthHint(
  { min, max }: { min: number; max: number },
  length: number,
): string | undefined {
  if (length < min) return `at least ${min} ${min === 1 ? "item" : "items"}`;
  return length > max ? `at most ${max} ${max === 1 ? "item" : "items"}` : undefined;
}

/** Moves and removes an item. Fixed items of a tuple stay at their places. */
function ItemSigns(props: {
  readonly index: number;
  readonly fixed: number;
  readonly length: number;
  readonly min: number;
  /** Gets the items that stay, by their places before, in their new order. */
  readonly onChange: (order: readonly number[]) => void;
}): JSX.Element {
  const { index, fixed, length, min, onChange } = props;
  const all = Array.from({ length }, (_, place) => place);
  const swapped = (other: number): number[] =>
    all.map((place) => (place === index ? other : place === other ? index : place));
  const isFixed = index < fixed;
  return (
    <>
      {!isFixed && length - fixed > 1 && (
        <>
          <Sign
            sign="↑"
            label={`Move item ${index} up`}
            isOff={index <= fixed}
            onClick={() => onChange(swapped(index - 1))}
          />
          <Sign
            sign="↓"
            label={`Move item ${index} down`}
            isOff={index === length - 1}
            onClick={() => onChange(swapped(index + 1))}
          />
        </>
      )}
      {length > min && (!isFixed || index === length - 1) && (
        <Sign
          sign="×"
          label={`Remove item ${index}`}
          onClick={() => onChange(all.filter((place) => place !== index))}
        />
      )}
    </>
  );
}
