import { type Address, address, json, type Message, shape } from "statefun";

export type Fetch = (request: Request) => Promise<Response>;

/** Sends a message from outside, and resolves when it is safe. */
export type Send = (to: Pick<Address, "typename" | "id">, message: Message) => Promise<void>;

interface Sender {
  send(to: Address, message: never): Promise<unknown>;
}

const door = "/test/send";

/** A surface with a door beside it, for messages to ids that no path can have. */
export function withDoor(surface: Fetch, sender: () => Sender): Fetch {
  return async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== door) return surface(request);
    const get = (name: string) => searchParams.get(name) ?? "";
    const type = json(get("type") as `${string}/${string}`, shape<unknown>());
    const to = address(get("function") as `${string}/${string}`, get("id"));
    await sender().send(to, type.of(await request.json()) as never);
    return Response.json({});
  };
}

/** Over HTTP, as clients do, where the id can stand in a path. */
export function sendingTo(url: () => string, fetch: Fetch): Send {
  return async ({ typename, id }, message) => {
    const query = new URLSearchParams({ function: typename, id, type: message.typename });
    const path = /^[\w-]+$/.test(id) ? `/functions/${typename}/${id}` : `${door}?${query}`;
    const headers = {
      "content-type": "application/octet-stream",
      "statefun-type": message.typename,
    };
    // The bytes of a message are in no shared memory.
    const body = message.bytes as Uint8Array<ArrayBuffer>;
    const response = await fetch(new Request(`${url()}${path}`, { method: "POST", headers, body }));
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  };
}
