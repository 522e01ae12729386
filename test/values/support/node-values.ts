import { runInNewContext } from "node:vm";
import { keptEverywhere, type OddValue, refusedEverywhere } from "./odd-values.ts";

export const refusedValues: readonly OddValue[] = [
  ...refusedEverywhere,
  { name: "a Node Buffer", make: () => ({ b: Buffer.from("a") }), refused: "b: a Buffer" },
  {
    name: "a Date of another realm",
    make: () => runInNewContext("[new Date(0)]"),
    refused: "[0]: a Date",
  },
  {
    name: "an instance of another realm",
    make: () => runInNewContext("new (class A {})()"),
    refused: "an A",
  },
];

export const keptValues: readonly OddValue[] = [
  ...keptEverywhere,
  {
    name: "plain data of another realm",
    make: () => runInNewContext("({ a: [1, { b: null }] })"),
    read: { a: [1, { b: null }] },
  },
];
