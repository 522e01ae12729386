import type { ComponentChildren, JSX } from "preact";
import { Empty } from "./parts.tsx";

export interface Column<T> {
  readonly title: string;
  readonly show: (row: T) => ComponentChildren;
  /** Numbers stand at the right. */
  readonly isNumber?: boolean;
  /** A column that a phone leaves out. */
  readonly isWide?: boolean;
  /** Takes the room that is left. */
  readonly isLong?: boolean;
  /** Its name in `sort`: its title is then a button. */
  readonly sort?: string;
}

interface TableProps<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  /** What Enter and a click on the row do. */
  readonly open?: (row: T) => void;
  readonly isChosen?: (row: T) => boolean;
  /** Stands there instead of a table without rows. */
  readonly empty?: ComponentChildren;
  /** The column that rows are sorted by; `-` before it: the largest first. */
  readonly sort?: string;
  readonly onSort?: (sort: string) => void;
}

/** Rows of the page that `j` and `k` walk over: those of the tables, in the order of the page. */
export const rowSelector = "tr[data-row]";

/** A table. With `open`, its rows can be focused, and are walked with `j` and `k`. */
export function Table<T>(props: TableProps<T>): JSX.Element {
  const { label, columns, rows, keyOf, open, isChosen, sort = "", onSort } = props;
  if (rows.length === 0 && props.empty !== undefined) return <Empty>{props.empty}</Empty>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that is wider than a phone is scrolled by the keyboard too
    // biome-ignore lint/a11y/useSemanticElements: a group, because a region of the same name would stand in that of its panel
    <section class="scroll" role="group" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.title}
                scope="col"
                class={classOf(column)}
                aria-sort={column.sort === undefined ? undefined : directionOf(column.sort, sort)}
              >
                {column.sort === undefined || onSort === undefined ? (
                  column.title
                ) : (
                  <button type="button" onClick={() => onSort(nextSort(column, sort))}>
                    {column.title}
                  </button>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={keyOf(row)}
              data-row={open === undefined ? undefined : ""}
              tabIndex={open === undefined ? undefined : -1}
              class={isChosen?.(row) === true ? "chosen" : undefined}
              aria-current={isChosen?.(row) === true ? "true" : undefined}
              onClick={(event) => {
                if (!isControl(event.target)) open?.(row);
              }}
              onKeyDown={(event) => {
                if (event.key === "Enter" && event.target === event.currentTarget) open?.(row);
              }}
            >
              {columns.map((column) => (
                <td key={column.title} class={classOf(column)} data-title={column.title}>
                  {column.show(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function directionOf(name: string, sort: string): "ascending" | "descending" | "none" {
  if (sort === name) return "ascending";
  return sort === `-${name}` ? "descending" : "none";
}

/** Numbers begin with the largest, names with the first; a second click turns them round, a third takes the order away. */
function nextSort<T>({ sort: name = "", isNumber = false }: Column<T>, sort: string): string {
  const [first, second] = isNumber ? [`-${name}`, name] : [name, `-${name}`];
  if (sort === first) return second;
  return sort === second ? "" : first;
}

function classOf<T>({ isNumber, isWide, isLong }: Column<T>): string | undefined {
  const all = [isNumber && "number", isWide && "wide", isLong && "long"].filter(Boolean);
  return all.length === 0 ? undefined : all.join(" ");
}

/** A click on these means them, not the row; and who selects text wants to copy it. */
function isControl(target: EventTarget | null): boolean {
  const isOwn =
    target instanceof Element && target.closest("a, button, input, select, label") !== null;
  return isOwn || getSelection()?.isCollapsed === false;
}
