/** What stands for `meta.kind: http` of the older formats: no names that a file could have. */
export const legacyKinds = {
  function: "a function of 2.x",
  endpoint: "an endpoint of 3.0",
} as const;
