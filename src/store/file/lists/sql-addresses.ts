import type {
  AddressReads,
  IdsPage,
  StateSizes,
  TextsWant,
} from "../../../engine/contract/address-reads.ts";
import { compareTexts } from "../../../internal/text-order.ts";
import type { WireAddress } from "../../../model/invocation.ts";
import { integerOf } from "../../drivers/columns.ts";
import type { SqlDriver } from "../../drivers/sql-driver.ts";
import { ofAddress, type SqlPlaces } from "../sql-places.ts";
import type { SqlTypes } from "../sql-types.ts";
import { SqlDistinct } from "./sql-distinct.ts";
import { SqlLongIds } from "./sql-long-ids.ts";

const sizes = ofAddress(
  `SELECT count(*) AS states, ifnull(sum(length(value)), 0) AS bytes, count(split) AS split
    FROM cells JOIN states USING (cell)`,
  " AND (expires_at IS NULL OR expires_at > ?)",
);

/** Lists of addresses, by the indexes that find one of them. */
export class SqlAddresses implements AddressReads {
  readonly #types: SqlTypes;
  readonly #places: SqlPlaces;
  readonly #short: SqlDistinct;
  readonly #long: SqlLongIds;
  readonly #owners: SqlDistinct;

  constructor(driver: SqlDriver, types: SqlTypes, places: SqlPlaces) {
    this.#types = types;
    this.#places = places;
    this.#short = new SqlDistinct(driver, "cells", "ifnull(hash, id)", "typename = ?");
    this.#long = new SqlLongIds(driver);
    this.#owners = new SqlDistinct(driver, "timers", "owner", "owner IS NOT NULL");
  }

  withStates(typename: string, want: TextsWant, scan?: object): IdsPage {
    const number = this.#types.known(typename);
    if (number === undefined) return { ids: [], isEnd: true };
    const long = this.#long.page(number, want, scan);
    if (long.scan !== undefined) return { ids: [], isEnd: false, scan: long.scan };
    const short = this.#short.page(want, number);
    const all = [...short, ...long.ids].sort(compareTexts);
    // What is behind them may come before some of the others.
    const last = long.isCut ? long.ids.at(-1) : undefined;
    const whole = last === undefined ? all : all.filter((id) => compareTexts(id, last) <= 0);
    const isEnd = !long.isCut && short.length < want.limit && all.length <= want.limit;
    return { ids: whole.slice(0, want.limit), isEnd };
  }

  owners(want: TextsWant): IdsPage {
    const ids = this.#owners.page(want);
    return { ids, isEnd: ids.length < want.limit };
  }

  sizes(address: WireAddress, time: number): StateSizes {
    const [row = { states: 0, bytes: 0, split: 0 }] = this.#places.rows(sizes, address, time);
    const isSplit = integerOf(row, "split") > 0;
    return {
      states: integerOf(row, "states"),
      bytes: isSplit ? undefined : integerOf(row, "bytes"),
    };
  }
}
