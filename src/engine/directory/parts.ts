/** What an engine loads that has a directory. */
export { Directory } from "./directory.ts";
export { Presence } from "./presence.ts";
