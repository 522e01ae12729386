import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Issues } from "../../form/parts.tsx";
import { bytes } from "../../ui/numbers.ts";
import { base64FromBytes } from "../../ui/values/as-curl.ts";
import { bytesFromBase64 } from "./message.ts";

/** Of a file that is sent from the page. */
const maxFileBytes = 16_000_000;

/** Bytes, as base64 or out of a file. */
export function BytesInput(props: {
  readonly base64: string;
  readonly onChange: (base64: string) => void;
}): JSX.Element {
  const { base64, onChange } = props;
  const [problem, setProblem] = useState<string>();
  const found = bytesFromBase64(base64);
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const isTooLarge = file.size > maxFileBytes;
    setProblem(isTooLarge ? `a file of at most ${bytes(maxFileBytes)}` : undefined);
    if (!isTooLarge) onChange(base64FromBytes(new Uint8Array(await file.arrayBuffer())));
  };
  return (
    <div class="filled">
      <textarea
        class="mono whole"
        rows={6}
        spellcheck={false}
        aria-label="Bytes in base64"
        placeholder="Bytes in base64"
        aria-invalid={found === undefined}
        // A browser lays out all of a text area.
        value={base64.length > 100_000 ? "" : base64}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <Issues of={[]} hint={problem ?? (found === undefined ? "not base64" : undefined)} />
      <div class="switches">
        <input
          type="file"
          aria-label="Bytes of a file"
          onChange={(event) => void take(event.currentTarget.files?.[0])}
        />
        <span class="note">{bytes(found?.length ?? 0)}</span>
      </div>
    </div>
  );
}
