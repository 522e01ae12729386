export type { Client, IngressOptions, Receipt } from "./client/client.ts";
export { type ClientOptions, createClient } from "./client/create-client.ts";
