import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type ApiError, apiUrl, ask, type Query } from "../../api/client.ts";
import type { ShownValue } from "../../api/types.ts";
import { noteRefusal } from "../../session/session.ts";
import { Button } from "../button.tsx";
import { bytes } from "../numbers.ts";
import { Failure } from "../parts.tsx";
import { visible } from "../text.tsx";
import { JsonTree } from "./json-tree.tsx";
import { Encrypted } from "./preview.tsx";
import { save } from "./save.ts";

/** Of a value that is shown in the page; more is for a file. */
const maxLoaded = 1_048_576;

interface ValueProps {
  readonly value: ShownValue;
  /** Query of `GET /admin/value` that has all of it. */
  readonly source?: Query;
}

/** A value: as JSON where it is small, else its beginning, with ways to all of it. */
export function Value({ value, source }: ValueProps): JSX.Element {
  if (value.encryptedWith !== undefined) return <Encrypted with={value.encryptedWith} />;
  if (value.size !== undefined) return <LargeValue value={value} source={source} />;
  if (value.base64 !== undefined) {
    return <span class="mono bytes">{value.base64 === "" ? "(no bytes)" : value.base64}</span>;
  }
  return <JsonTree value={value.value} />;
}

function LargeValue(props: { readonly value: ShownValue; readonly source: Query | undefined }) {
  const { value, source } = props;
  const [text, setText] = useState<string>();
  const [error, setError] = useState<ApiError>();
  const size = value.size ?? 0;
  const fetchIt = async (): Promise<Blob | undefined> => {
    try {
      setError(undefined);
      return await (await ask(apiUrl("value", source))).blob();
    } catch (problem) {
      setError(noteRefusal(problem));
      return undefined;
    }
  };
  const load = async (): Promise<void> => {
    const blob = await fetchIt();
    if (blob !== undefined) setText(await blob.text());
  };
  const download = async (): Promise<void> => {
    const blob = await fetchIt();
    if (blob !== undefined) save(blob, "value");
  };
  return (
    <div class="large">
      <span class="note">
        {bytes(size)}, {text === undefined ? "not loaded" : "loaded"}
      </span>{" "}
      {source !== undefined && (
        <>
          {text === undefined && (
            <Button
              reason={
                size > maxLoaded ? `too large to show: at most ${bytes(maxLoaded)}` : undefined
              }
              onClick={() => void load()}
            >
              Load
            </Button>
          )}{" "}
          <Button onClick={() => void download()}>Download</Button>
        </>
      )}
      <Failure error={error} />
      <pre>{visible(text ?? `${value.preview ?? value.previewBase64 ?? ""}…`)}</pre>
    </div>
  );
}
