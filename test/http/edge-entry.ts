/** The functions of the suite as `statefun dev` takes them. */
export { functions as default } from "./app.ts";
