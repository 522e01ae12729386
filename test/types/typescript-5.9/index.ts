/** The classic compiler API, which TypeScript 7 no longer has: parses sources and lists exports. */
export { default as ts } from "typescript";
