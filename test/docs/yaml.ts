/** What the documents' YAML means, in the plain part of the language that they use. */
export type Yaml = string | Yaml[] | { readonly [key: string]: Yaml };

interface Line {
  readonly indent: number;
  readonly text: string;
}

/** All documents of a text. Throws on everything that is not block maps, block lists and plain scalars. */
export function parseYaml(text: string): Yaml[] {
  return text.split(/^---$/m).map((part) => {
    const lines = part
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => ({ indent: line.search(/\S/), text: line.trim() }));
    const value = parseBlock(lines);
    if (lines.length > 0) throw new Error(`wrongly indented: ${lines[0]?.text}`);
    return value;
  });
}

/** Takes the lines of one map or list from the front. */
function parseBlock(lines: Line[]): Yaml {
  const indent = lines[0]?.indent ?? 0;
  const isList = lines[0]?.text.startsWith("- ");
  const list: Yaml[] = [];
  const map = new Map<string, Yaml>();
  for (let line = lines[0]; line?.indent === indent; line = lines[0]) {
    lines.shift();
    if (isList) {
      const text = line.text.replace(/^- +/, "");
      const inner = indent + line.text.length - text.length;
      if (text === line.text) throw new Error(`not a list item: ${text}`);
      if (!/^[\w.]+:( |$)/.test(text)) list.push(scalar(text));
      else {
        lines.unshift({ indent: inner, text });
        list.push(parseBlock(lines));
      }
      continue;
    }
    const [, key = "", value = ""] = /^([\w.]+):(?: +(.*))?$/.exec(line.text) ?? [];
    if (key === "" || map.has(key)) throw new Error(`not an entry of a map: ${line.text}`);
    const isNested = value === "" && (lines[0]?.indent ?? 0) > indent;
    map.set(key, isNested ? parseBlock(lines) : scalar(value));
  }
  return isList ? list : Object.fromEntries(map);
}

function scalar(text: string): string {
  const quoted = /^"([^"\\]*)"$/.exec(text);
  if (quoted !== null) return quoted[1] ?? "";
  if (text === "" || /^[[\]{}&*!|>'"%@`#]|: |:$| #/.test(text))
    throw new Error(`no scalar: ${text}`);
  return text;
}
