/** What is used of `serve`, whichever platform it is of. */
export type Serve = (options: {
  readonly fetch: () => Response;
  readonly port: number;
  readonly hostname?: string;
}) => Promise<{ readonly port: number; close(): Promise<void> }>;

/** What an attempt to listen ended with; `listens` where it is allowed. */
export interface Attempt {
  readonly name: string;
  readonly port: number;
  readonly outcome: "listens" | { readonly [property in "name" | "code" | "message"]: unknown };
}

const fetch = (): Response => new Response("hello");

/** Tries what cannot be, on the platform that this runs on. */
export async function attempts(serve: Serve): Promise<Attempt[]> {
  const first = await serve({ fetch, port: 0 });
  const all = [
    { name: "a port in use", port: first.port },
    { name: "a privileged port", port: 80 },
    { name: "an address of another machine", port: 0, hostname: "192.0.2.1" },
    { name: "a name that is none", port: 0, hostname: "no.such.host.invalid" },
    { name: "a URL", port: 0, hostname: "http://localhost" },
  ];
  const ended: Attempt[] = [];
  for (const { name, ...where } of all) {
    ended.push({ name, port: where.port, outcome: await attempt(serve, where) });
  }
  await first.close();
  return ended;
}

async function attempt(
  serve: Serve,
  where: { readonly port: number; readonly hostname?: string },
): Promise<Attempt["outcome"]> {
  try {
    const server = await serve({ fetch, ...where });
    await server.close();
    return "listens";
  } catch (error) {
    const { name, code, message } = Object(error);
    return { name, code, message };
  }
}

/** What each of them has to end with. */
export function expectedOutcome({ name, port }: Attempt): object {
  const host = (text: string) => ({
    name: "StateFunError",
    code: "invalid_argument",
    message: `hostname must be an address of this machine, got ${JSON.stringify(text)}`,
  });
  const refused = (message: string) => ({ name: "StateFunError", code: "unavailable", message });
  switch (name) {
    case "a port in use":
      return refused(
        `port ${port} is in use: stop the program that listens on it, or choose another port`,
      );
    case "a privileged port":
      return refused(
        `port ${port} is not allowed: choose a port from 1024 on, or give this process the permission`,
      );
    case "an address of another machine":
      return host("192.0.2.1");
    case "a name that is none":
      return host("no.such.host.invalid");
    default:
      return host("http://localhost");
  }
}

/** Without what the platform says in its own words, at the end. */
export function withoutReason({ outcome }: Attempt): Attempt["outcome"] {
  if (outcome === "listens") return outcome;
  return {
    ...outcome,
    message: String(outcome.message).replace(/ \([^()]*(?:\([^()]*\))?\)$/, ""),
  };
}
