import { ListedTexts } from "../../internal/listed-texts.ts";
import type { IdsPage, TextsWant } from "../contract/address-reads.ts";
import type { Mailboxes } from "../mailboxes/mailboxes.ts";
import type { WaitingInstances } from "../mailboxes/waiting-instances.ts";

/** Of functions that were listed lately. */
const lists = new WeakMap<WaitingInstances, ListedTexts>();

/** The part of the mailboxes that has instances by id. */
type Instances = Pick<Mailboxes, "waitingBy" | "ofFunction">;

/** The ids of the instances of a function that have messages, in order. With `scan` others have their turn first. */
export function waitingIds(mailboxes: Instances, typename: string, want: TextsWant): IdsPage {
  const waiting = mailboxes.waitingBy(typename);
  if (waiting === undefined) return { ids: [], isEnd: true };
  const list = lists.get(waiting) ?? listOf(waiting, mailboxes, typename);
  return list.page(want);
}

function listOf(waiting: WaitingInstances, mailboxes: Instances, typename: string): ListedTexts {
  const list = new ListedTexts({
    get size() {
      return waiting.size;
    },
    has: (id) => (mailboxes.ofFunction(typename)?.get(id)?.place ?? -1) >= 0,
    *keys() {
      for (const { address } of waiting.walk()) yield address.id;
    },
  });
  lists.set(waiting, list);
  waiting.onChange = (id) => {
    list.change(id);
    if (!list.isForgotten) return;
    list.end();
    lists.delete(waiting);
    waiting.onChange = undefined;
  };
  return list;
}
