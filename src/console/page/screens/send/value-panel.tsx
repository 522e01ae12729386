import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { Issue } from "../../form/field-props.ts";
import { hasLargeNumbers, type Json, parsed } from "../../form/json.ts";
import { Issues } from "../../form/parts.tsx";
import { SchemaForm } from "../../form/schema-form.tsx";
import { Empty, Panel } from "../../ui/parts.tsx";
import { Segments } from "../../ui/segments.tsx";
import { visible } from "../../ui/text.tsx";
import type { ValueForm } from "../../ui/values/value-text.ts";
import { BytesInput } from "./bytes-input.tsx";
import { jsonText } from "./message.ts";
import type { KnownType } from "./types.ts";

interface ValuePanelProps {
  readonly type: KnownType;
  readonly form: ValueForm;
  readonly body: string;
  readonly as: string;
  readonly issues: readonly Issue[];
  readonly setBody: (body: string) => void;
  readonly setAs: (as: string) => void;
  readonly setWrong: (part: string, why: string | undefined) => void;
}

/** The value of a message: by a form, as JSON, or as bytes. */
export function ValuePanel(props: ValuePanelProps): JSX.Element {
  const { type, form, body, as, setAs } = props;
  const lack = form === "base64" ? undefined : lackOfForm(type, body);
  const isForm = form === "json" && as !== "json" && lack === undefined;
  const choices =
    form === "base64" && type.kind === "bytes"
      ? []
      : [
          { name: "form", label: "Form", reason: lack },
          { name: "json", label: "JSON" },
          ...(type.kind === "unknown" ? [{ name: "bytes", label: "Bytes" }] : []),
        ];
  const now = form === "base64" ? "bytes" : isForm ? "form" : "json";
  return (
    <Panel
      title="Value"
      note={<bdi class="mono">{visible(type.typename)}</bdi>}
      actions={
        choices.length > 0 && (
          <Segments label="Shown as" choices={choices} chosen={now} choose={setAs} />
        )
      }
    >
      <div class="body">
        {type.typename === "" ? (
          <Empty>Choose a function, or name the type of the message: its form stands here.</Empty>
        ) : (
          <Body {...props} isForm={isForm} />
        )}
      </div>
    </Panel>
  );
}

function Body(props: ValuePanelProps & { readonly isForm: boolean }): JSX.Element {
  const { type, form, body, issues, setBody, setWrong, isForm } = props;
  if (form === "base64") {
    return (
      <>
        <BytesInput base64={body} onChange={setBody} />
        <Issues of={issues} />
      </>
    );
  }
  if (isForm && type.schema !== undefined) {
    const { value = null } = parsed(body);
    const set = (next: Json): void => setBody(jsonText(next));
    return (
      <SchemaForm schema={type.schema} value={value} onChange={set} {...{ issues, setWrong }} />
    );
  }
  return <JsonText {...{ body, issues, setBody }} />;
}

function JsonText(props: Pick<ValuePanelProps, "body" | "issues" | "setBody">): JSX.Element {
  const { body, issues, setBody } = props;
  const id = useId();
  const { wrong } = parsed(body);
  return (
    <div class="filled">
      <textarea
        id={id}
        class="mono whole"
        rows={12}
        spellcheck={false}
        aria-label="Value as JSON"
        aria-invalid={wrong !== undefined || issues.length > 0}
        value={body}
        onInput={(event) => setBody(event.currentTarget.value)}
      />
      <Issues of={issues} hint={wrong} />
    </div>
  );
}

/** Why there is no form; undefined: there is one. */
function lackOfForm({ schema }: KnownType, body: string): string | undefined {
  if (schema === undefined) return "this type has no schema that the page knows";
  if (parsed(body).wrong !== undefined) return "the text is not JSON yet";
  return hasLargeNumbers(body) ? "a form would change numbers beyond 2^53" : undefined;
}
