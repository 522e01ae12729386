import type { AdminHost, Figures } from "../admin-host.ts";

/** The figures of an engine; undefined for one that has none. */
export async function figuresOf(admin: AdminHost): Promise<Figures | undefined> {
  return admin.lacks.figures === undefined ? admin.figures() : undefined;
}
