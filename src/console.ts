export { type ConsoleOptions, consoleApp } from "./console/console-app.ts";
export type { ConsoleApp } from "./surface/mounted-console.ts";
