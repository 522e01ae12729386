import type { Plugin } from "vitepress";

/** What assistive technology needs and the components of VitePress lack: a text of theirs, and what it becomes. */
const changes: ReadonlyMap<string, readonly (readonly [theirs: string, ours: string])[]> = new Map([
  [
    "VPSidebarItem.vue",
    [
      // A button that only opens its list is one button, not two of which one is in the other.
      [
        'role="button"\n        aria-label="toggle section"',
        ":role=\"item.link ? 'button' : undefined\"\n        :aria-label=\"item.link ? 'toggle section' : undefined\"",
      ],
      ['tabindex="0"\n      >', ':tabindex="item.link ? 0 : undefined"\n      >'],
      [
        ':tabindex="item.items && 0"',
        ':tabindex="item.items && 0"\n      :aria-expanded="item.items && !item.link ? !collapsed : undefined"',
      ],
    ],
  ],
  [
    "VPNavBarSearchButton.vue",
    [
      // Its name is what can be read on it: the letter of its key is drawn by the style.
      [
        '<kbd class="DocSearch-Button-Key">K</kbd>',
        '<kbd class="DocSearch-Button-Key key-k"></kbd>',
      ],
    ],
  ],
]);

/** Changes these components as they are compiled. A version of VitePress that has other texts does not build. */
export function accessible(): Plugin {
  return {
    name: "accessible-components",
    enforce: "pre",
    transform(code, id) {
      if (id.includes("?")) return undefined;
      const wanted = [...changes].find(([file]) => id.endsWith(`/${file}`))?.[1];
      return wanted?.reduce((text, [theirs, ours]) => {
        if (!text.includes(theirs)) throw new Error(`${id} has no ${theirs}`);
        return text.replace(theirs, ours);
      }, code);
    },
  };
}
