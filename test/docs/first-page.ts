/** What somebody who is new does first: `test/package/walk-through.test.ts` does it all, on the packed package. */
export const firstPage = { document: "README.md", heading: "## The first hour" } as const;
