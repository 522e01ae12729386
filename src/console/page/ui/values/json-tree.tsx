import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { visible } from "../text.tsx";

/** Of one level at one time: what is behind them is opened by a button. */
const pageSize = 100;
/** Of levels that are open at first. */
const openDepth = 3;
const maxText = 400;

/** JSON as a tree. What is closed is not made, so that a large value costs only what is seen. */
export function JsonTree(props: { readonly value: unknown }): JSX.Element {
  return (
    <div class="json mono">
      <Node value={props.value} depth={0} name={undefined} isLast />
    </div>
  );
}

interface NodeProps {
  readonly value: unknown;
  readonly depth: number;
  readonly name: string | undefined;
  readonly isLast: boolean;
}

function Node({ value, depth, name, isLast }: NodeProps): JSX.Element {
  const label =
    name === undefined ? null : (
      <>
        <span class="key">
          "<bdi>{visible(name)}</bdi>"
        </span>
        {": "}
      </>
    );
  const comma = isLast ? null : ",";
  if (typeof value !== "object" || value === null) {
    return (
      <div class="json-line">
        {label}
        <Scalar value={value} />
        {comma}
      </div>
    );
  }
  return <Branch value={value} depth={depth} label={label} comma={comma} />;
}

function Branch(props: {
  readonly value: object;
  readonly depth: number;
  readonly label: JSX.Element | null;
  readonly comma: string | null;
}): JSX.Element {
  const { value, depth, label, comma } = props;
  const isList = Array.isArray(value);
  const entries = Object.entries(value);
  const [isOpen, setOpen] = useState(depth < openDepth && entries.length <= pageSize);
  const [shown, setShown] = useState(pageSize);
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  const size = `${entries.length} ${isList ? "items" : "properties"}`;
  // Short lists and objects of scalars stand in a line, as somebody would write them.
  if (entries.length === 0) {
    return (
      <div class="json-line">
        {label}
        {open}
        {close}
        {comma}
      </div>
    );
  }
  return (
    <div class="branch">
      <div class="json-line">
        <button
          type="button"
          class="fold"
          aria-expanded={isOpen}
          aria-label={size}
          onClick={() => setOpen(!isOpen)}
        />
        {label}
        {open}
        {!isOpen && (
          <>
            <span class="note"> {size} </span>
            {close}
            {comma}
          </>
        )}
      </div>
      {isOpen && (
        <>
          <div class="children">
            {entries.slice(0, shown).map(([key, item], index) => (
              <Node
                key={key}
                value={item}
                depth={depth + 1}
                name={isList ? undefined : key}
                isLast={index === entries.length - 1}
              />
            ))}
            {entries.length > shown && (
              <button type="button" onClick={() => setShown(shown + pageSize * 10)}>
                {entries.length - shown} more
              </button>
            )}
          </div>
          <div class="json-line">
            {close}
            {comma}
          </div>
        </>
      )}
    </div>
  );
}

function Scalar({ value }: { readonly value: unknown }): JSX.Element {
  const [isWhole, setWhole] = useState(false);
  if (typeof value !== "string") {
    const kind = value === null ? "null" : typeof value;
    return <span class={kind}>{String(value)}</span>;
  }
  const isCut = value.length > maxText && !isWhole;
  const text = isCut ? value.slice(0, maxText) : value;
  return (
    <>
      <span class="string">
        "<bdi>{visible(JSON.stringify(text).slice(1, -1))}</bdi>
        {isCut ? "…" : '"'}
      </span>
      {isCut && (
        <button type="button" onClick={() => setWhole(true)}>
          {value.length - maxText} more characters
        </button>
      )}
    </>
  );
}
