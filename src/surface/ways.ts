import type { Answered } from "./answers.ts";
import type { Exposure } from "./exposure.ts";
import type { Guard } from "./guarded.ts";
import type { ResolvedSurfaceOptions } from "./options.ts";
import { partsOf } from "./path.ts";
import type { Ingress } from "./routes/ingress-route.ts";
import type { SurfaceHost } from "./surface-host.ts";

/** The routes for operators. */
export type Admin = (
  request: Request,
  parts: readonly string[],
  query: URLSearchParams,
) => Promise<Answered>;

/** What the routes of a surface share. */
export interface Surface {
  readonly host: SurfaceHost;
  readonly options: ResolvedSurfaceOptions;
  readonly exposure: Exposure;
  readonly ingress: Ingress;
  readonly guard: Guard;
  readonly onError: (error: unknown) => void;
  readonly maxMessageBytes: number;
  /** Anything is exposed. */
  readonly isOpen: boolean;
  /** Undefined is off. */
  readonly admin: Admin | undefined;
}

/** Where a path leads, as far as may be said before anybody is authenticated. */
export type Way =
  | { readonly to: "health"; readonly isLiveness: boolean }
  | { readonly to: "admin"; readonly admin: Admin; readonly parts: readonly string[] }
  | { readonly to: "exposed"; readonly parts: readonly string[] };

/** Undefined for a path that leads nowhere. Throws `invalid_argument` for one that is no UTF-8. */
export function wayOf(
  { options, admin, isOpen }: Pick<Surface, "options" | "admin" | "isOpen">,
  pathname: string,
): Way | undefined {
  const parts = partsOf(pathname, options.basePath) ?? [];
  const [first, second] = parts;
  const isLiveness = second === "live" && parts.length === 2;
  if (first === "health" && (parts.length === 1 || isLiveness)) return { to: "health", isLiveness };
  if (first === "admin" && admin !== undefined)
    return { to: "admin", admin, parts: parts.slice(1) };
  return first !== undefined && isOpen ? { to: "exposed", parts } : undefined;
}

/** What an exposed path names. */
export interface Named {
  readonly kind: "function" | "egress";
  readonly typename: string;
  /** Of an instance of a function. */
  readonly id: string;
}

export function namedBy(parts: readonly string[]): Named | undefined {
  const [first, namespace, name, id] = parts;
  // An endpoint of a whole namespace would accept any name, even names that no function can have.
  if (!namespace || !name || name === "*") return undefined;
  const typename = `${namespace}/${name}`;
  if (first === "functions" && id !== undefined && parts.length === 4) {
    return { kind: "function", typename, id };
  }
  return first === "egresses" && id === undefined
    ? { kind: "egress", typename, id: "" }
    : undefined;
}
