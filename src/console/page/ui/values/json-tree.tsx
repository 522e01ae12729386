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
      <Node value={props.value} depth={0} label={null} comma="" />
    </div>
  );
}

interface NodeProps {
  readonly value: unknown;
  readonly depth: number;
  /** What stands before it, and behind it. */
  readonly label: JSX.Element | null;
  readonly comma: string;
}

function Node(props: NodeProps): JSX.Element {
  const { value, label, comma } = props;
  const isBranch = typeof value === "object" && value !== null;
  if (isBranch && Object.keys(value).length > 0) return <Branch {...props} of={value} />;
  return (
    <div class="json-line">
      {label}
      {isBranch ? JSON.stringify(value) : <Scalar value={value} />}
      {comma}
    </div>
  );
}

function Branch(props: NodeProps & { readonly of: object }): JSX.Element {
  const { of, depth, label, comma } = props;
  const isList = Array.isArray(of);
  const entries = Object.entries(of);
  const [isOpen, setOpen] = useState(depth < openDepth && entries.length <= pageSize);
  const [shown, setShown] = useState(pageSize);
  const size = `${entries.length} ${isList ? "items" : "properties"}`;
  const end = `${isList ? "]" : "}"}${comma}`;
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
        {isList ? "[" : "{"}
        {!isOpen && <span class="note"> {size} </span>}
        {!isOpen && end}
      </div>
      {isOpen && (
        <div class="children">
          {entries.slice(0, shown).map(([key, item], at) => (
            <Node
              key={key}
              value={item}
              depth={depth + 1}
              label={isList ? null : <Key name={key} />}
              comma={at === entries.length - 1 ? "" : ","}
            />
          ))}
          {entries.length > shown && (
            <button type="button" onClick={() => setShown(shown + pageSize * 10)}>
              {entries.length - shown} more
            </button>
          )}
        </div>
      )}
      {isOpen && <div class="json-line">{end}</div>}
    </div>
  );
}

function Key({ name }: { readonly name: string }): JSX.Element {
  return (
    <>
      <span class="key">
        "<bdi>{visible(name)}</bdi>"
      </span>
      {": "}
    </>
  );
}

function Scalar({ value }: { readonly value: unknown }): JSX.Element {
  const [max, setMax] = useState(maxText);
  if (typeof value !== "string") {
    return <span class={value === null ? "null" : typeof value}>{String(value)}</span>;
  }
  const isCut = value.length > max;
  return (
    <>
      <span class="string">
        "<bdi>{visible(JSON.stringify(value.slice(0, max)).slice(1, -1))}</bdi>
        {isCut ? "…" : '"'}
      </span>
      {isCut && (
        <button type="button" onClick={() => setMax(value.length)}>
          {value.length - max} more characters
        </button>
      )}
    </>
  );
}
