// What `build.ts` makes of elements in the sources.
export { Fragment, h } from "preact";
