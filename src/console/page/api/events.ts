import { apiUrl, ask } from "./client.ts";

export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/**
 * Events of the live stream. `EventSource` cannot send a credential, so the stream is read here. Calls `onOpen` once it
 * has begun, and resolves when it ends.
 */
export async function readEvents(
  topics: readonly string[],
  signal: AbortSignal,
  onOpen: () => void,
  onEvent: (event: ServerEvent) => void,
): Promise<void> {
  const url = apiUrl("live", { topics: topics.join(",") });
  const response = await ask(url, { signal, headers: { accept: "text/event-stream" } });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) return;
  onOpen();
  let rest = "";
  for (;;) {
    const { done, value = "" } = await reader.read();
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = eventIn(block);
      // A comment says that the connection is alive.
      onEvent(event ?? { name: "", data: "" });
    }
    if (done) return;
  }
}

function eventIn(block: string): ServerEvent | undefined {
  let name = "message";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const [, field = "", value = ""] = /^([^:]*): ?(.*)$/.exec(line) ?? [];
    if (field === "event") name = value;
    if (field === "data") data.push(value);
  }
  return data.length === 0 ? undefined : { name, data: data.join("\n") };
}
