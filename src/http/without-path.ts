/** The text of a failure without the path of its URL, which may be a secret: the fetch of some platforms, Deno for one, names all of it. */
export function withoutPath(text: string, url: string): string {
  const { origin, href } = new URL(url);
  return text.replaceAll(href, origin).replaceAll(url, origin);
}
