export { SortedList } from "../../internal/sorted-list.ts";
