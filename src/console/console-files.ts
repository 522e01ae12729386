import { bytesFromText } from "../internal/bytes.ts";

/** What the build has made of the page, `assets.ts`: each file, and a tag of its content. */
export type ConsoleAssets = Readonly<
  Record<
    "shell" | "script" | "style" | "icon" | `${"shell" | "script" | "style" | "icon"}Tag`,
    string
  >
>;

export interface ConsoleFile {
  readonly type: string;
  /** As a header has it, with quotes. */
  readonly etag: string;
  readonly bytes: Uint8Array;
}

/** By their names below `/admin/console/`; the page itself has none. */
export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>;

/** The files of a console with this name. */
export function filesOf(assets: ConsoleAssets, name: string | undefined): ConsoleFiles {
  const { shell, shellTag, script, scriptTag, style, styleTag, icon, iconTag } = assets;
  // Two consoles of one build differ in their names alone.
  const named = name === undefined ? shellTag : `${shellTag}-${encodeURIComponent(name)}`;
  return new Map([
    ["", file("text/html", named, withName(shell, name))],
    ["app.js", file("text/javascript", scriptTag, script)],
    ["app.css", file("text/css", styleTag, style)],
    ["icon.svg", file("image/svg+xml", iconTag, icon)],
  ]);
}

function file(type: string, etag: string, text: string): ConsoleFile {
  return { type: `${type}; charset=utf-8`, etag: `"${etag}"`, bytes: bytesFromText(text) };
}

/** Where the page looks for its name. The text of a program, so it is escaped. */
function withName(shell: string, name: string | undefined): string {
  if (name === undefined) return shell;
  const content = name.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
  // By a function, because `$&` in a text would mean something.
  return shell.replace("</head>", () => `<meta name="statefun-name" content="${content}"></head>`);
}
