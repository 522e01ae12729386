import type { JSX } from "preact";
import type { Issue } from "../../form/field-props.ts";
import { Issues } from "../../form/parts.tsx";
import { say } from "../../ui/notices.tsx";
import { bytes } from "../../ui/numbers.ts";
import { TextArea } from "../../ui/text-area.tsx";
import { base64FromBytes } from "../../ui/values/as-curl.ts";
import { problemOf } from "../../ui/values/value-text.ts";

/** Of a file that is sent from the page. */
const maxFileBytes = 16_000_000;

/** Bytes, as base64 or out of a file. */
export function BytesInput(props: {
  readonly base64: string;
  readonly onChange: (base64: string) => void;
  readonly issues: readonly Issue[];
}): JSX.Element {
  const { base64, onChange } = props;
  const problem = problemOf({ form: "base64", text: base64 });
  return (
    <div class="filled">
      <TextArea
        class="mono whole"
        rows={6}
        aria-label="Bytes in base64"
        placeholder="Bytes in base64"
        aria-invalid={problem !== undefined}
        // A browser lays out all of a text area.
        value={base64.length > 100_000 ? "" : base64}
        set={onChange}
      />
      <Issues of={props.issues} hint={problem} />
      <div class="switches">
        <input
          type="file"
          aria-label="Bytes of a file"
          onChange={async ({ currentTarget: { files } }) => {
            const [file] = files ?? [];
            if (file === undefined) return;
            if (file.size > maxFileBytes) say(`A file has at most ${bytes(maxFileBytes)}.`);
            else onChange(base64FromBytes(new Uint8Array(await file.arrayBuffer())));
          }}
        />
        <span class="note">{bytes(Math.floor(base64.length * 0.75))}</span>
      </div>
    </div>
  );
}
