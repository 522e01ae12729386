import { describe, expect, it } from "vitest";
import { platformClock } from "../../src/host/platform.ts";
import { withoutPath } from "../../src/http/without-path.ts";
import { exchange } from "../../src/transport/http-exchange.ts";

const url = "http://127.0.0.1:9/s3cret?key=s3cret";

describe("a fetch that names its whole URL when it fails", () => {
  it("does not show the path to operators", async () => {
    // As the one of Deno does it.
    const fetch = () =>
      Promise.reject(new TypeError(`error sending request for url (${url}): connection refused`));
    const request = {
      ...{ what: "far/fn at http://127.0.0.1:9", url, isHostNamed: false, headers: [] },
      ...{ body: new Uint8Array(0), timeoutMs: 1_000, maxResponseBytes: 1_000 },
    };
    const found = await exchange(request, { fetch, clock: platformClock }, new AbortController());
    expect(found).toMatchObject({ kind: "unavailable", error: { code: "unavailable" } });
    const { message } = Object(Object(found).error);
    expect(message).toContain("(http://127.0.0.1:9): connection refused");
    expect(message).not.toContain("s3cret");
  });

  it("in whatever form it names it", () => {
    const given = "http://LOCALHOST:80/s3cret";
    expect(withoutPath(`${given} and http://localhost/s3cret`, given)).toBe(
      "http://localhost and http://localhost",
    );
  });
});
