import { bytesFromText } from "../internal/bytes.ts";

/** What the build has made of the page: `assets.ts`. */
export interface ConsoleAssets {
  readonly shell: string;
  readonly script: string;
  readonly style: string;
  readonly icon: string;
  /** Of each file, without quotes. */
  readonly etags: Readonly<Record<"shell" | "script" | "style" | "icon", string>>;
}

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
  const { shell, script, style, icon, etags } = assets;
  // Two consoles of one build differ in their names alone.
  const named = name === undefined ? etags.shell : `${etags.shell}-${encodeURIComponent(name)}`;
  return new Map([
    ["", file("text/html", named, withName(shell, name))],
    ["app.js", file("text/javascript", etags.script, script)],
    ["app.css", file("text/css", etags.style, style)],
    ["icon.svg", file("image/svg+xml", etags.icon, icon)],
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
