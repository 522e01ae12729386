/** Ids that begin so share an object with the same id of all functions. */
export const grouped = "grouped ";

/** Kinds of handlers and of what they keep: each pair of functions is one of them. */
export const handlers = ["synchronous", "asynchronous"] as const;
export const keeps = ["states", "no states"] as const;
export type Handler = (typeof handlers)[number];
export type Keeps = (typeof keeps)[number];

export const nameOf = (handler: Handler, keep: Keeps): string =>
  `${handler}-${keep.replace(" ", "-")}`;
