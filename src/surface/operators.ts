import { invalid, isRecord } from "../internal/assert.ts";
import { show } from "../internal/show.ts";
import { isText } from "../model/guards.ts";

/** What an operator may do: look, or also act. */
export type AdminRole = "read" | "write";

/**
 * Who an operator is. `true` and `"write"` may do everything, `"read"` may only look; `{ who }` also says the name that is
 * written down with what this operator does. Anything else is a 401.
 */
export type AdminIdentity =
  | boolean
  | AdminRole
  | {
      /** A name, or an address of mail, of at most 200 characters. */
      readonly who: string;
      /**
       * Without it: `"write"`. One that is `undefined` is refused.
       * @default "write"
       */
      readonly role?: AdminRole;
    };

/** Decides who may use the routes for operators, and what they may do. */
export type AdminAuthenticate = (request: Request) => AdminIdentity | Promise<AdminIdentity>;

/** Somebody who was let in. */
export interface Operator {
  readonly who: string;
  readonly role: AdminRole;
}

/** Of what is written down for each action. */
const maxWhoLength = 200;

/** Everybody, where there is no authentication. */
export const anybody: Operator = { who: "anybody", role: "write" };

/** Who a result of `admin.authenticate` means: undefined for nobody. Throws for an object that is not as documented. */
export function operatorOf(given: unknown): Operator | undefined {
  if (given === true || given === "write") return { who: "operator", role: "write" };
  if (given === "read") return { who: "operator", role: "read" };
  if (!isRecord(given)) return undefined;
  const { who } = given;
  // A role that was looked up and not found is no reason to let somebody write.
  const role = "role" in given ? given["role"] : "write";
  const isName = isText(who) && who !== "" && who.length <= maxWhoLength;
  if (isName && (role === "read" || role === "write")) return { who, role };
  throw invalid(
    `admin.authenticate must give { who, role }, a name of 1 to ${maxWhoLength} characters of well-formed Unicode and "read" or "write", got ${show(who)} and ${show(role)}`,
  );
}
