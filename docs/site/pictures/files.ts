import { pictures } from "./concepts.ts";
import { penOf, svgOf, themes } from "./draw.ts";

/** The pictures of the concepts by the names of their files, for both themes. */
export function pictureFiles(): ReadonlyMap<string, string> {
  const files = Object.entries(themes).flatMap(([theme, colours]) =>
    pictures.map(({ name, height, text, draw }): [string, string] => [
      `${name}-${theme}.svg`,
      svgOf(height, text, ...draw(penOf(colours))),
    ]),
  );
  return new Map(files);
}
