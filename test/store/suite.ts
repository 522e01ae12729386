import { addressCases } from "./cases/addresses.ts";
import { commitCases } from "./cases/commits.ts";
import { copyCases } from "./cases/copies.ts";
import { expiryCases } from "./cases/expiry.ts";
import { messageCases } from "./cases/messages.ts";
import { outsideCases } from "./cases/outside.ts";
import { pausedCases } from "./cases/paused.ts";
import { snapshotCases } from "./cases/snapshots.ts";
import { stateCases } from "./cases/states.ts";
import { textCases } from "./cases/texts.ts";
import { valueCases } from "./cases/values.ts";
import { hasLinks, type NewData, type StoreCase, Subject } from "./subject.ts";

/** The contract of `src/engine/contract/store.ts`, for every store. */
export const storeCases: readonly StoreCase[] = [
  ...commitCases,
  ...stateCases,
  ...expiryCases,
  ...messageCases,
  ...outsideCases,
  ...valueCases,
  ...copyCases,
  ...textCases,
  ...addressCases,
  ...pausedCases,
  ...snapshotCases,
];

export async function runCase({ run, isOfLinks }: StoreCase, newData: NewData): Promise<void> {
  const subject = await Subject.open(newData);
  try {
    if (isOfLinks === undefined || hasLinks(subject.store)) await run(subject);
  } finally {
    subject.store.close();
  }
}
