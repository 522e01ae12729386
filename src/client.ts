export type { Client, Receipt } from "./client/client.ts";
export { type ClientOptions, createClient } from "./client/create-client.ts";
export type { MessageOptions } from "./client/message-options.ts";
