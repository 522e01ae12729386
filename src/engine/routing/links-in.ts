import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";
import type { WireAddress } from "../../model/invocation.ts";
import type { CommitListener, Journal } from "../commit/journal.ts";
import { whole } from "../commit/whole.ts";
import type { PendingMessage } from "../commit/pending-message.ts";
import type { Release } from "../commit/window.ts";
import type { NoteTaker } from "../contract/directory.ts";
import {
  type LinkAnswer,
  type LinkBatch,
  type LinkMessage,
  latestEpoch,
  silentMs,
} from "../contract/links.ts";
import type { LinkIn } from "../contract/records.ts";
import { assertLinkBatch } from "../contract/rpc-checks.ts";
import type { LinkStore } from "../contract/store.ts";
import { type Observed, reportAccepted } from "../contract/telemetry/observed.ts";
import { runOf } from "./link-runs.ts";
import type { OwedAnswers } from "./owed-answers.ts";
import type { Router } from "./router.ts";
import { isDirectoryAddress, isEgressAddress } from "./system-addresses.ts";

/** … but not before this engine has been there to be spoken to. */
const listeningMs = 7_200_000;

/** For so long it is not stored that a link was heard of which had nothing new. */
const unseenMs = 86_400_000;

/** Links that are looked up without the store. */
const maxRemembered = 10_000;

/** What links ask of the partition that they end in. */
export interface LinksInHost {
  /** Whether one message more may wait here. */
  hasRoom(): boolean;
  /** A sender says that this partition took more than it may. */
  accuse(): void;
  /** Where notes for the directory are taken. */
  readonly directoryReports: { readonly directory: NoteTaker | undefined };
  /** Where answers may have to wait. */
  readonly owed: OwedAnswers | undefined;
  readonly observed: Observed;
}

/** The receiving ends of links: each message is taken once, in its turn. */
export class LinksIn implements CommitListener {
  readonly #store: LinkStore;
  readonly #journal: Journal;
  readonly #router: Router;
  readonly #partition: LinksInHost;
  /** What the store has, of those that were heard of last. */
  readonly #links = new Map<string, LinkIn | undefined>();
  #sweepAt: number;

  constructor(store: LinkStore, journal: Journal, router: Router, partition: LinksInHost) {
    this.#store = store;
    this.#journal = journal;
    this.#router = router;
    this.#partition = partition;
    this.#sweepAt = journal.now() + listeningMs;
  }

  /** Takes what is new of a batch. The answer waits until it, and all that it rests on, survives a crash. */
  receive(batch: LinkBatch): Promise<LinkAnswer> {
    assertLinkBatch(batch);
    const { from, epoch, first, messages, isOutOfResources = false } = batch;
    if (isOutOfResources) this.#partition.accuse();
    const stray = messages.find(({ target }) => !this.#router.isHere(target));
    if (stray !== undefined) throw misplaced(stray.target);
    const { directory } = this.#partition.directoryReports;
    if (directory !== undefined && messages.every(({ target }) => isDirectoryAddress(target)))
      return this.#noted(directory, batch);
    const known = this.#find(from);
    this.#partition.owed?.begin();
    let answer: LinkAnswer;
    const mails: PendingMessage[] = [];
    if (known !== undefined && known.epoch > epoch) {
      answer = { kind: "taken", epoch: known.epoch, last: known.last };
    } else {
      const last = known?.epoch === epoch ? known.last : 0;
      if (first > last + 1) answer = { kind: "gap", epoch, expected: last + 1 };
      else if (isOlder(batch, known, last)) answer = { kind: "taken", epoch, last, isOlder: true };
      else answer = whole(this.#journal, () => this.#take(batch, last, mails));
    }
    return new Promise((resolve, reject) => {
      const send: Release = (error) => (error === undefined ? resolve(answer) : reject(error));
      const { owed } = this.#partition;
      const run: Release = owed === undefined ? send : (error) => owed.answer(send, error);
      this.#journal.releaseAnswer({ mails, run });
    });
  }

  /**
   * Notes for the directory say themselves which one is the later: of the link that they come by nothing is stored, which would be
   * a row for each address.
   */
  #noted(directory: NoteTaker, { epoch, first, messages }: LinkBatch): Promise<LinkAnswer> {
    directory.take(messages);
    const last = first + messages.length - 1;
    return new Promise((resolve, reject) => {
      this.#journal.release((error) =>
        error === undefined ? resolve({ kind: "taken", epoch, last }) : reject(error),
      );
    });
  }

  /** Forgets silent links, now and then, within a window that is written anyway. */
  committed(): void {
    const now = this.#journal.now();
    if (now < this.#sweepAt) return;
    this.#sweepAt = now + 60_000;
    for (const { link } of this.#store.silentLinks(now - silentMs, 500)) {
      this.#links.delete(link);
      this.#journal.window.linksIn.set(link, undefined);
      this.#journal.touchLazily();
    }
  }

  #find(link: string): LinkIn | undefined {
    const { linksIn } = this.#journal.window;
    if (linksIn.has(link)) return linksIn.get(link);
    if (!this.#links.has(link)) {
      const stored = this.#store.linkIn(link);
      // No engine has written a later one, and it would be in the way of all that come.
      const isSound = stored !== undefined && stored.epoch <= latestEpoch;
      this.#remember(link, isSound ? stored : undefined);
    }
    return this.#links.get(link);
  }

  #remember(link: string, known: LinkIn | undefined): void {
    // Their names are those of other partitions: any number of them.
    if (this.#links.size >= maxRemembered) this.#links.clear();
    this.#links.set(link, known);
  }

  /** A message for a function, or a record for an egress that is kept here; not an answer, nor a dead letter. */
  #report(message: LinkMessage): void {
    const { observed } = this.#partition;
    if (observed.observer?.accepted === undefined) return;
    const { target } = message;
    if (!this.#router.isForMailbox(target) && !isEgressAddress(target)) return;
    reportAccepted(observed, message, { kind: "link", delayMs: 0, isDuplicate: false });
  }

  /**
   * Takes what there is room for behind `last`, up to which it was taken before. Adds to `mails` what is to run
   * here.
   */
  #take(batch: LinkBatch, last: number, mails: PendingMessage[]): LinkAnswer {
    const { from: link, epoch, first, messages, tried = 0, runs = [] } = batch;
    const skipped = last + 1 - first;
    const fresh = messages.slice(skipped);
    let taken = 0;
    for (const message of fresh) {
      // What waits nowhere takes no room. Whoever comes first gets it, so that a large one never waits behind small ones.
      if (this.#router.isForMailbox(message.target) && !this.#partition.hasRoom()) break;
      taken++;
      const mail = this.#router.take(message);
      this.#report(message);
      if (mail === undefined) continue;
      mail.isCareful = skipped + taken <= tried;
      mails.push(mail);
    }
    const seenAt = this.#journal.now();
    const known = this.#find(link);
    const isFull = taken < fresh.length;
    const answer: LinkAnswer = {
      kind: "taken",
      epoch,
      last: last + taken,
      ...(isFull && { isFull }),
    };
    // Nothing of it is new: only that the link is not silent is worth a row, once a day.
    const isOld = taken === 0 && known?.epoch === epoch;
    if (isOld && seenAt - known.seenAt < unseenMs) return answer;
    const run = isOld ? known.run : runOf(runs, last + taken);
    const now: LinkIn = {
      link,
      epoch,
      last: last + taken,
      seenAt,
      ...(run !== undefined && { run }),
    };
    this.#remember(link, now);
    this.#journal.window.linksIn.set(link, now);
    if (taken > 0) this.#journal.touch();
    else this.#journal.touchLazily();
    return answer;
  }
}

/** Whether the last number that is known here has another message in the history that a batch comes from. */
function isOlder(
  { first, runs = [] }: LinkBatch,
  known: LinkIn | undefined,
  last: number,
): boolean {
  const run = runOf(runs, last);
  return first <= last && run !== undefined && known?.run !== undefined && known.run !== run;
}

/** A message goes to another place now than when it was sent, or than its sender thinks. */
export function misplaced({ typename, id }: WireAddress): StateFunError {
  return new StateFunError(
    "invalid_argument",
    `${typename} ${show(id)} is not in this partition: was the placement changed?`,
  );
}
