import type { JSX } from "preact";
import { topic } from "../../api/live.ts";
import type { DeadLetter, Instance, Overview } from "../../api/types.ts";
import { counted } from "../../ui/numbers.ts";
import { useRead } from "../../ui/reads/use-read.ts";
import { Text } from "../../ui/text.tsx";

/** What a replay of a letter would do now. */
export function Consequence({ letter }: { readonly letter: DeadLetter }): JSX.Element {
  const { address, egress, id } = letter;
  const { typename } = address;
  const { data, error } = useRead<Instance>(
    egress === undefined ? "instance" : undefined,
    { function: typename, id: address.id, limit: 1 },
    id,
  );
  if (egress !== undefined) {
    return (
      <>
        gives the record to the egress <Text of={egress} mono /> again, if it is bound
      </>
    );
  }
  if (error !== undefined) return <>is not known: {error.message}</>;
  if (data === undefined) return <span class="note">…</span>;
  return (
    <>
      is added at the end of the mailbox, behind {counted(data.mailboxLength, "message")}
      {isDown(typename) && "; its endpoint is down, so it would wait"}
      {data.trouble !== undefined && data.trouble.kind !== "endpoint" && (
        <>
          ; the instance is blocked: <Text of={data.trouble.reason} />
        </>
      )}
    </>
  );
}

/** Whether the endpoint of a function does not answer, as the overview knows it. Names are `namespace/name` or `namespace/*`. */
export function isDown(typename: string): boolean {
  const down = topic<Overview>("overview").value?.endpointsDown ?? [];
  return down.some(
    (name) => name === typename || (name.endsWith("/*") && typename.startsWith(name.slice(0, -1))),
  );
}
