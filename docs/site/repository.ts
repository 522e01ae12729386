import { textOf } from "./pages.ts";

/** Where the sources can be read, from `repository` of package.json. Until that is written, pages name files without a link. */
export function repositoryUrl(): string | undefined {
  const { repository } = JSON.parse(textOf("package.json"));
  const url: unknown = typeof repository === "object" ? repository?.url : repository;
  if (typeof url !== "string") return undefined;
  return url.replace(/^git\+/, "").replace(/\.git$/, "");
}
