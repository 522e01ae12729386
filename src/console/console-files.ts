import { bytesFromText } from "../internal/bytes.ts";

/** What the build has made of the page, `assets.ts`: each file, and a tag of its content. */
export type ConsoleAssets = Readonly<
  Record<"shell" | "style" | "icon" | `${"shell" | "style" | "icon"}Tag`, string>
> & {
  /** By their names: `app.js`, which the page loads, and what it imports, at once or later. */
  readonly scripts: { readonly [name: string]: { readonly text: string; readonly tag: string } };
};

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
  const { shell, shellTag, scripts, style, styleTag, icon, iconTag } = assets;
  // Two consoles of one build differ in their names alone.
  const named = name === undefined ? shellTag : `${shellTag}-${encodeURIComponent(name)}`;
  return new Map([
    ["", file("text/html", named, withName(shell, name))],
    ...Object.entries(scripts).map(
      ([script, { text, tag }]) => [script, file("text/javascript", tag, text)] as const,
    ),
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
