import type { JSX } from "preact";
import { apiUrl, ask } from "../../api/client.ts";
import type { DeadLetter } from "../../api/types.ts";
import { go } from "../../route/route.ts";
import { hasToken, noteRefusal } from "../../session/session.ts";
import { Button, WriteButton } from "../../ui/button.tsx";
import { copy } from "../../ui/copy.ts";
import { say } from "../../ui/notices.tsx";
import { textOfValue, type ValueText } from "../../ui/values/value-text.ts";
import { curlOf } from "./letter-curl.ts";

/** Of a value that goes to another screen in the URL. */
const maxEdited = 30_000;
/** Of a value that is copied. */
const maxCopied = 1_000_000;

export interface LetterProps {
  readonly letter: DeadLetter;
  readonly onAct: (kind: "replay" | "discard") => void;
}

export function LetterActions({ letter, onAct }: LetterProps): JSX.Element {
  const { egress, message, address } = letter;
  const size = message.size ?? 0;
  const withValue = (use: (value: ValueText) => void) => async (): Promise<void> => {
    const value = await exactValue(letter);
    if (value !== undefined) use(value);
  };
  const edit = (value: ValueText): void => {
    const at = { function: address.typename, id: address.id, type: message.typename };
    go("send", { ...at, form: value.form, value: value.text });
  };
  const copyIt = (value: ValueText): void => {
    const url = apiUrl("send", { function: address.typename, id: address.id }).href;
    const { typename, headers } = message;
    const key = `dead-letter-${letter.id}`;
    void copy(curlOf({ url, typename, value, headers, key, hasToken: hasToken() }), "the command");
  };
  return (
    <>
      {egress === undefined && (
        <>
          <Button
            reason={size > maxCopied ? "the value is too large" : undefined}
            onClick={withValue(copyIt)}
          >
            Copy as curl
          </Button>
          <Button
            reason={size > maxEdited ? "the value is too large to edit here" : undefined}
            onClick={withValue(edit)}
          >
            Edit and send…
          </Button>
        </>
      )}
      <WriteButton tone="danger" onClick={() => onAct("discard")}>
        Discard…
      </WriteButton>
      <WriteButton tone="primary" shortcut="R" onClick={() => onAct("replay")}>
        Replay…
      </WriteButton>
    </>
  );
}

/** The exact value: what a list shows has lost the digits of large numbers. Undefined once the reason why not was said. */
async function exactValue({ id, message }: DeadLetter): Promise<ValueText | undefined> {
  try {
    const response = await ask(apiUrl("value", { of: "dead-letter", id }));
    return textOfValue(message.typename, new Uint8Array(await response.arrayBuffer()));
  } catch (error) {
    say(noteRefusal(error).message);
    return undefined;
  }
}
