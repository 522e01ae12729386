import { functionRef, int, string } from "statefun";

/** What both Workers know. */
export const counter = functionRef("other/counter", string, { replies: int });
/** As a client that has it wrong. */
export const misspelt = functionRef("other/countr", string);
export const wrongType = functionRef("other/counter", int);

/** Both Workers have to say the same. */
export const placement = ({ id }: { readonly id: string }): string => id.split("/")[0] || "none";
