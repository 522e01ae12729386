import type { JSX } from "preact";
import type { FormContext, Issue } from "../../form/field-props.ts";
import { hasLargeNumbers, parsed } from "../../form/json.ts";
import { Issues } from "../../form/parts.tsx";
import { SchemaForm } from "../../form/schema-form.tsx";
import { Empty, Panel } from "../../ui/parts.tsx";
import { Segments } from "../../ui/segments.tsx";
import { visible } from "../../ui/text.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import { BytesInput } from "./bytes-input.tsx";
import { type Draft, jsonText } from "./message.ts";
import type { KnownType } from "./types.ts";

interface ValuePanelProps extends Pick<FormContext, "wrong" | "setWrong"> {
  readonly type: KnownType;
  readonly draft: Draft;
  readonly as: string;
  readonly issues: readonly Issue[];
  readonly setBody: (body: string) => void;
  readonly setAs: (as: string) => void;
}

/** The value of a message: by a form, as JSON, or as bytes. */
export function ValuePanel(props: ValuePanelProps): JSX.Element {
  const { type, draft, as, setAs } = props;
  const lack = lackOfForm(type, draft);
  const isForm = as !== "json" && lack === undefined;
  const shown = draft.form === "base64" ? "bytes" : isForm ? "form" : "json";
  const choices = [
    { name: "form", label: "Form", reason: lack },
    { name: "json", label: "JSON" },
    ...(type.kind === "unknown" ? [{ name: "bytes", label: "Bytes" }] : []),
  ];
  return (
    <Panel
      title="Value"
      note={<bdi class="mono">{visible(type.typename)}</bdi>}
      actions={
        type.kind !== "bytes" && (
          <Segments label="Shown as" choices={choices} chosen={shown} choose={setAs} />
        )
      }
    >
      <div class="body">
        {type.typename === "" ? (
          <Empty>Choose a function or a type: its form appears here.</Empty>
        ) : (
          <Body {...props} shown={shown} />
        )}
      </div>
    </Panel>
  );
}

function Body(props: ValuePanelProps & { readonly shown: string }): JSX.Element {
  const { type, draft, issues, setBody, wrong, setWrong, shown } = props;
  const { body } = draft;
  const read = parsed(body);
  if (shown === "form" && type.schema !== undefined) {
    return (
      <SchemaForm
        schema={type.schema}
        value={read.value ?? null}
        onChange={(next) => setBody(jsonText(next))}
        {...{ issues, wrong, setWrong }}
      />
    );
  }
  if (shown === "bytes") return <BytesInput base64={body} onChange={setBody} issues={issues} />;
  return (
    <div class="filled">
      <TextArea
        class="mono whole"
        rows={12}
        aria-label="Value as JSON"
        aria-invalid={read.wrong !== undefined || issues.length > 0}
        value={body}
        set={setBody}
      />
      <Issues of={issues} hint={read.wrong} />
    </div>
  );
}

/** Why there is no form; undefined: there is one. */
function lackOfForm({ schema }: KnownType, { body, form }: Draft): string | undefined {
  if (schema === undefined) return "the schema of this type is not known";
  if (form === "base64") return undefined;
  if (parsed(body).wrong !== undefined) return "the text is not JSON yet";
  return hasLargeNumbers(body) ? "a form would change numbers beyond 2^53" : undefined;
}
