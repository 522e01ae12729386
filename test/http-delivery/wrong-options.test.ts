import { StateFunError } from "statefun";
import { httpDelivery } from "statefun/http";
import { expect, it } from "vitest";
import { orders } from "./application.ts";

const unknown = (value: unknown): never => value as never;
const url = "http://localhost/hook";

it.each<[string, unknown, unknown]>([
  ["no options", orders, undefined],
  ["no url", orders, {}],
  ["what is no url", orders, { url: "localhost" }],
  ["a url of another protocol", orders, { url: "ftp://localhost" }],
  ["a url with credentials", orders, { url: "http://user:password@localhost" }],
  ["headers that are none", orders, { url, headers: "a: b" }],
  ["a header with a name that is none", orders, { url, headers: { "a b": "c" } }],
  ["a header with a value that is none", orders, { url, headers: { a: "b\nc" } }],
  ["no time", orders, { url, timeoutMs: 0 }],
  ["a time that is none", orders, { url, timeoutMs: "5" }],
  ["an unknown option", orders, { url, retries: 5 }],
  ["what is no egress", { typename: "egress/orders" }, { url }],
  ["a name alone", "egress/orders", { url }],
])("httpDelivery refuses %s", (_, egress, options) => {
  const bind = () => httpDelivery(unknown(egress), unknown(options));
  expect(bind).toThrow(StateFunError);
  expect(bind).toThrow(expect.objectContaining({ code: "invalid_argument" }));
});
