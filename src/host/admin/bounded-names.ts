/** Names that are counted, of each kind: a caller may invent some. What comes later and is not of the application counts together, under "(others)". */
export const maxNames = 1_000;
export const others = "(others)";
