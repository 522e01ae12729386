import type { JSX } from "preact";
import type { ShownValue } from "../../api/types.ts";
import { bytes } from "../numbers.ts";
import { Text } from "../text.tsx";

/** What is shown of an encrypted value. */
export function Encrypted(props: { readonly with: string }): JSX.Element {
  return (
    <span class="note">
      encrypted, key <Text of={props.with} mono />
    </span>
  );
}

/** The beginning of a value, in one line of a table. */
export function Preview(props: { readonly of: ShownValue; readonly max?: number }): JSX.Element {
  const { of, max = 60 } = props;
  if (of.encryptedWith !== undefined) return <Encrypted with={of.encryptedWith} />;
  if (of.size !== undefined) return <span class="note">{bytes(of.size)}</span>;
  const text = of.base64 ?? JSON.stringify(of.value) ?? "";
  return text === "" ? <span class="note">(no bytes)</span> : <Text of={text} max={max} mono />;
}
