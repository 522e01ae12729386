import { int, string } from "statefun";
import { codecV2, codecV3 } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import {
  batchOf,
  bodyOf,
  expectAlive,
  post,
  readFailure,
  type Server,
  wires,
  wireValue,
} from "./client.ts";

interface Observed {
  readonly errors: readonly { readonly code: string; readonly message: string }[];
}

async function observed(server: Server): Promise<Observed["errors"]> {
  const response = await fetch(`${server()}/observed`);
  // The shape is test/contract/app.ts's own.
  const { errors } = (await response.json()) as Observed;
  return errors;
}

export function registerFailures(server: Server): void {
  const auto = () => `${server()}/auto`;

  describe.each(wires)("failures on wire $name", (codec) => {
    it.each(["contract/failing", "contract/hopeless"])(
      "answer 500 without what %s threw, which onError gets",
      async (typename) => {
        const secret = `${codec.name} ${typename} ${Math.random()}`;
        const body = bodyOf(codec, batchOf(typename, [wireValue(string, secret)]));
        const { status, line } = await readFailure(await post(auto(), body));
        expect(status).toBe(500);
        expect(line).not.toContain("0.");
        const messages = (await observed(server)).map(({ message }) => message);
        expect(messages.join("\n")).toContain(secret);
      },
    );

    it("name an unknown function's code", async () => {
      const body = bodyOf(codec, batchOf("contract/nobody", [wireValue(string, "x")]));
      const failure = await readFailure(await post(auto(), body));
      expect(failure).toEqual({ status: 500, line: "unknown_function" });
    });

    it("name the code of a message that the function does not accept", async () => {
      const body = bodyOf(codec, batchOf("contract/slow", [wireValue(string, "no int")]));
      const failure = await readFailure(await post(auto(), body));
      expect(failure).toEqual({ status: 500, line: "message_undecodable" });
    });

    it("come quickly when a function hangs", async () => {
      const body = bodyOf(codec, batchOf("contract/hanging", [wireValue(string, "x")]));
      const started = performance.now();
      const failure = await readFailure(await post(`${server()}/hurried`, body));
      expect(failure).toEqual({ status: 500, line: "timed_out" });
      // The limit is 300 ms; the rest is for machines that are busy with other things.
      expect(performance.now() - started).toBeLessThan(10_000);
    });
  });

  it("fail a state that module.yaml does not declare", async () => {
    const body = bodyOf(codecV2, batchOf("contract/counter", [wireValue(int, 1)]));
    const failure = await readFailure(await post(auto(), body));
    expect(failure).toEqual({ status: 500, line: "undeclared_state" });
  });

  it("fail what wire v2 cannot carry", async () => {
    const body = bodyOf(codecV2, batchOf("contract/delays", [wireValue(string, "token")]));
    const failure = await readFailure(await post(auto(), body));
    expect(failure).toEqual({ status: 500, line: "unsupported_by_wire" });
  });

  it("fail a batch as a whole: what came before the failure is not sent", async () => {
    const values = [wireValue(int, 1), wireValue(string, "no int")];
    const body = bodyOf(codecV3, batchOf("contract/slow", values));
    expect((await readFailure(await post(auto(), body))).status).toBe(500);
  });

  it("leave the server running", () => expectAlive(server));
}
