import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { codeSpans, documents, readDocument, root } from "./documents.ts";

/** For contributors: what they name in backticks is ours. The other documents name files of the reader's too. */
const forContributors = documents().filter((path) =>
  /^(src|test|docs\/decisions|\.github)\/|^(CONTRIBUTING|SECURITY)\.md$/.test(path),
);

const isFile = /^(?:\.\.?\/)*[\w.*-]+(?:\/[\w.*-]+)*\.(?:ts|js|md|json|yml|proto|toml)$/;
const isFolder = /^(?:src|test|docs|examples|proto|workers|\.ci|\.github)\/[\w./-]*$/;

/** A path starts at the root, at `src` or at the document; a bare name is anywhere below the document's folder. */
function exists(path: string, document: string): boolean {
  const own = join(root, dirname(document));
  const found = (pattern: string, cwd: string) =>
    globSync(pattern, { cwd, exclude: ["**/node_modules", "**/dist"] }).length > 0;
  if ([root, join(root, "src"), own].some((cwd) => found(path, cwd))) return true;
  return own !== join(root) && !path.includes("/") && found(`**/${path}`, own);
}

describe("the documents for contributors", () => {
  it("are read, those of folders whose names begin with a dot too", () => {
    expect(forContributors).toContain("src/README.md");
    expect(forContributors).toContain("CONTRIBUTING.md");
    expect(forContributors).toContain(".github/pull_request_template.md");
  });

  it.for(forContributors)("%s names no file and no folder that is not there", (document) => {
    const spans = codeSpans(readDocument(document).replace(/^```.*?^```/gms, ""));
    const paths = spans.filter((span) => isFile.test(span) || isFolder.test(span));
    const ours = paths.filter((path) => !path.startsWith("dist/"));
    expect(ours.filter((path) => !exists(path, document))).toEqual([]);
  });
});
