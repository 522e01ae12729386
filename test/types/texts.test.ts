import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { compile, versions } from "./compilers.ts";
import { flagSets, resolutions } from "./matrix.ts";

const project = join(inject("consumer"), "texts");

/** A mistake, and what the compiler has to say of it, in words of the one who made it. */
const mistakes: readonly (readonly [name: string, code: string, says: string])[] = [
  [
    "a bigint is needed",
    'functions.bind("a/b", { state: { n: { type: long, initial: 0 } } }, () => {});',
    "Type 'number' is not assignable to type 'bigint | (() => bigint) | undefined'",
  ],
  [
    "an initial value of another type",
    'functions.bind("a/b", { state: { n: { type: int, initial: () => "0" } } }, () => {});',
    "is not assignable to type 'number | (() => number) | undefined'",
  ],
  [
    "an initial value of another shape",
    'functions.bind("a/b", { state: { n: { type: Items, initial: () => [5] } } }, () => {});',
    "is not assignable to type 'string[] | (() => string[]) | undefined'",
  ],
  [
    "an unknown setting of a state",
    'functions.bind("a/b", { state: { n: { type: int, initial: 0, ttl: 5 } } }, () => {});',
    "'ttl' does not exist in type 'ValueSpec<",
  ],
  [
    "a misspelt setting of a state",
    'functions.bind("a/b", { state: { n: { type: int, expireAfterWrite: 5 } } }, () => {});',
    "Did you mean to write 'expireAfterWriteMs'?",
  ],
  [
    "an unknown setting of a state, in implement",
    "functions.implement(ref, { state: { n: { type: int, ttl: 5 } } }, () => {});",
    "'ttl' does not exist in type 'ValueSpec<",
  ],
  [
    "a state without a type",
    'functions.bind("a/b", { state: { n: { initial: 5 } } }, () => {});',
    "Property 'type' is missing",
  ],
  [
    "a type that is accepted twice",
    'functions.bind("a/b", { accepts: [string, int, string] }, () => {});',
    "io.statefun.types/string is in the list twice: each type needs a typename of its own",
  ],
  [
    "a type that is replied twice",
    'functionRef("a/b", string, { replies: [int, int] });',
    "io.statefun.types/int is in the list twice",
  ],
  [
    "a type that is emitted twice",
    'egress("a/b", [Items, Items]);',
    "demo/Items is in the list twice",
  ],
  [
    "a name in a list that is no literal",
    'functions.bind("a/b", { accepts: [json<string>("a/c"), int] }, () => {});',
    "in a list, a type needs a literal typename",
  ],
  [
    "a reply without replies",
    'functions.bind("a/b", { accepts: string }, (context) => context.reply("text"));',
    "the option replies is missing: declare it, or reply with a tagged value",
  ],
  [
    "a reply of an object without replies",
    'functions.bind("a/b", { accepts: string }, (context) => context.reply({ a: 1 }));',
    "the option replies is missing",
  ],
  [
    "a bare value to any address",
    'functions.bind("a/b", (context) => context.send(address("a/c", ""), "text"));',
    "no type is declared here: send a tagged value",
  ],
  [
    "a bare value to a reference without accepts",
    'functions.bind("a/b", (context) => context.sendAfter(1, functionRef("a/c").at(""), 5));',
    "no type is declared here: send a tagged value",
  ],
  [
    "a bare value for an egress without a type",
    'functions.bind("a/b", (context) => context.emit(egress("a/c"), "text"));',
    "no type is declared here: send a tagged value",
  ],
  [
    "a binding that is no Durable Object",
    'durableObjectEngine<{ TEXT: string; CACHE: Cache; STATEFUN: Namespace }>({ modules: [functions], binding: "CACHE" });',
    "Type '\"CACHE\"' is not assignable to type '\"STATEFUN\"'",
  ],
];

const head = `
import { StatefulFunctions, address, egress, functionRef, int, json, long, shape, string } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";
interface Namespace { idFromName(name: string): unknown; get(id: never): unknown }
const functions = new StatefulFunctions();
const Items = json("demo/Items", shape<string[]>());
const ref = functionRef("demo/ref", string);
`.replaceAll("\n", " ");

const fileOf = (index: number): string => `mistake-${index}.ts`;

beforeAll(() => {
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
  for (const [index, [, code]] of mistakes.entries()) {
    writeFileSync(join(project, fileOf(index)), `${head}\n${code}\n`);
  }
  const compilerOptions = {
    target: "es2022",
    ...resolutions.nodenext,
    ...flagSets["{ strict }"],
    lib: ["es2023", "dom"],
    types: [],
    skipLibCheck: true,
    noEmit: true,
  };
  const config = { compilerOptions, include: ["*.ts"] };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify(config));
});

describe.each(versions)("TypeScript %s", (version) => {
  let output = "";
  beforeAll(() => {
    output = compile(version, join(project, "tsconfig.json"));
  }, 120_000);

  it.each(mistakes.map(([name, , says], index) => [name, says, index] as const))(
    "says what is wrong: %s",
    (_, says, index) => {
      const own = output.split(/\n(?=\S)/).filter((line) => line.startsWith(`${fileOf(index)}(2,`));
      expect(own.join("\n")).toContain(says);
    },
  );
});
