import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type ApiError, apiUrl, ask } from "../../api/client.ts";
import { hasToken, noteRefusal } from "../../session/session.ts";
import { Button } from "../../ui/button.tsx";
import { Failure, Panel } from "../../ui/parts.tsx";
import { save } from "../../ui/values/save.ts";

const files = [
  { path: "openapi.json", name: "openapi.json", what: "the routes of the administration API" },
  { path: "../metrics", name: "metrics.txt", what: "figures for Prometheus" },
] as const;

/** For other programs. A link sends no token: with one, the page fetches the file. */
export function LinksPanel(): JSX.Element {
  const [error, setError] = useState<ApiError>();
  const download = async (path: string, name: string): Promise<void> => {
    try {
      setError(undefined);
      save(await (await ask(apiUrl(path))).blob(), name);
    } catch (problem) {
      setError(noteRefusal(problem));
    }
  };
  return (
    <Panel title="For other programs">
      <ul class="types">
        {files.map(({ path, name, what }) => (
          <li key={path} class="file">
            {hasToken() ? (
              <Button onClick={() => void download(path, name)}>Download</Button>
            ) : (
              <a href={apiUrl(path).href}>Open</a>
            )}
            <code>{apiUrl(path).pathname}</code>
            <span class="note">{what}</span>
          </li>
        ))}
      </ul>
      <Failure error={error} />
    </Panel>
  );
}
