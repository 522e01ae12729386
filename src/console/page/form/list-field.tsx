import type { JSX } from "preact";
import { type ControlProps, issuesIn } from "./field-props.ts";
import { partOf } from "./fits.ts";
import { initialOf } from "./initial.ts";
import { type Json, listed } from "./json.ts";
import { maxParts } from "./node.ts";
import { Sign } from "./parts.tsx";

/** A list or a tuple. */
export function ListField(props: ControlProps<"array">): JSX.Element {
  const { node, value, onChange, issues, form, described } = props;
  const items = listed(value) as readonly Json[];
  const { length } = items;
  const Field = form.field;
  /** Puts others in the place of some. */
  const splice = (at: number, count: number, ...others: readonly Json[]): void =>
    onChange([...items.slice(0, at), ...others, ...items.slice(at + count)]);
  const swap = (at: number): void => splice(at, 2, ...items.slice(at, at + 2).reverse());
  // Fixed items of a tuple stay at their places.
  const fixed = node.first.length;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a grid everywhere
    <div role="group" aria-labelledby={props.label && String(described["id"])} class="parts">
      {items.slice(0, maxParts).map((item, at) => (
        <Field
          key={at}
          schema={partOf(node, at)}
          value={item}
          onChange={(inner) => splice(at, 1, inner)}
          label={String(at)}
          actions={
            <>
              {at > fixed && (
                <Sign sign="↑" label={`Move item ${at} up`} onClick={() => swap(at - 1)} />
              )}
              {at >= fixed && at < length - 1 && (
                <Sign sign="↓" label={`Move item ${at} down`} onClick={() => swap(at)} />
              )}
              {length > node.min && (at >= fixed || at === length - 1) && (
                <Sign sign="×" label={`Remove item ${at}`} onClick={() => splice(at, 1)} />
              )}
            </>
          }
          issues={issuesIn(issues, at)}
          form={form}
        />
      ))}
      {length > maxParts && <p class="note">{length - maxParts} more: edit them as JSON.</p>}
      {length < node.max && (
        <div class="switches">
          <button
            type="button"
            onClick={() =>
              splice(length, 0, initialOf(partOf(node, length), form.root, Date.now()))
            }
          >
            + Item
          </button>
        </div>
      )}
    </div>
  );
}
