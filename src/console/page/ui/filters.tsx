import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { change, param } from "../route/route.ts";
import { useFunctions } from "./reads/use-functions.ts";

const debounceMs = 250;

/** Another filter means another list: its pages begin anew. */
export function filterBy(name: string, value: string): void {
  change({ [name]: value, after: undefined, back: undefined });
}

/** A text of the URL, taken over a moment after the last key, or by Enter. */
export function TextFilter(props: { readonly name: string; readonly label: string }): JSX.Element {
  const { name, label } = props;
  const given = param(name);
  const [text, setText] = useState(given);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  // A link, or "back", says something else.
  useEffect(() => setText(given), [given]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const take = (value: string, waitMs: number): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => filterBy(name, value), waitMs);
  };
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={label}
      value={text}
      autocomplete="off"
      spellcheck={false}
      onInput={({ currentTarget: { value } }) => {
        setText(value);
        take(value, debounceMs);
      }}
      onKeyDown={({ key, currentTarget }) => {
        if (key === "Enter") take(currentTarget.value, 0);
        if (key === "Escape") currentTarget.blur();
      }}
    />
  );
}

/** One of several values, in the URL. What the URL names is offered too, though nothing else knows it. */
export function ChoiceFilter(props: {
  readonly name: string;
  readonly label: string;
  /** The word for no choice. */
  readonly all: string;
  readonly options: readonly (string | readonly [value: string, word: string])[];
}): JSX.Element {
  const { name, label, all } = props;
  const chosen = param(name);
  const pairs = props.options.map((one) => (typeof one === "string" ? ([one, one] as const) : one));
  if (chosen !== "" && !pairs.some(([value]) => value === chosen)) pairs.push([chosen, chosen]);
  return (
    <select
      aria-label={label}
      value={chosen}
      onChange={(event) => filterBy(name, event.currentTarget.value)}
    >
      <option value="">{`${label}: ${all}`}</option>
      {pairs.map(([value, word]) => (
        <option key={value} value={value} selected={value === chosen}>
          {word}
        </option>
      ))}
    </select>
  );
}

/** One of the functions. */
export function FunctionFilter(): JSX.Element {
  const options = (useFunctions() ?? []).map(({ typename }) => typename);
  return <ChoiceFilter name="function" label="Function" all="all" options={options} />;
}
