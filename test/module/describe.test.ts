import { defineModule, egress, functionRef, int, keep, StatefulFunctions, string } from "statefun";
import { describeModule, loadModule } from "statefun/module";
import { describe, expect, it } from "vitest";
import { load } from "./loaded.ts";

const functions = new StatefulFunctions("greeting");
functions.bind(
  "demo/greeter",
  {
    accepts: string,
    state: {
      visits: int,
      seen: { type: int, expireAfterCallMs: 90_000 },
      last: { type: string, expireAfterWriteMs: 86_400_000 },
    },
  },
  () => {},
);
functions.bind("demo/other", () => {});

const urlPathTemplate = "http://functions:8080/{function.name}";

const kafka = `kind: io.statefun.kafka.v1/ingress
spec:
  id: demo/logins
  address: kafka:9092
  consumerGroupId: demo
  topics:
    - topic: logins
      valueType: demo/Login
      targets:
        - demo/greeter
---
kind: io.statefun.kafka.v1/egress
spec:
  id: demo/greetings
  address: kafka:9092
`;

describe("the file of a cluster", () => {
  it("has the functions of a program and the ingresses of a file, with kinds", async () => {
    const modules = [functions, await loadModule(kafka)];
    const options = { urlPathTemplate, timeoutMs: 5_000 };
    expect(describeModule(modules, options)).toBe(`kind: io.statefun.endpoints.v2/http
spec:
  functions: demo/greeter
  urlPathTemplate: http://functions:8080/{function.name}
  transport:
    type: io.statefun.transports.v1/async
    call: 5 s
---
kind: io.statefun.endpoints.v2/http
spec:
  functions: demo/other
  urlPathTemplate: http://functions:8080/{function.name}
  transport:
    type: io.statefun.transports.v1/async
    call: 5 s
---
kind: io.statefun.kafka.v1/ingress
spec:
  id: demo/logins
  address: kafka:9092
  consumerGroupId: demo
  startupPosition:
    type: latest
  autoOffsetResetPosition: latest
  topics:
    - topic: logins
      valueType: demo/Login
      targets:
        - demo/greeter
---
kind: io.statefun.kafka.v1/egress
spec:
  id: demo/greetings
  address: kafka:9092
  deliverySemantic:
    type: at-least-once
`);
  });

  it("lists the states with their expirations for 2.x, and a URL for each function", async () => {
    const text = describeModule(functions, { urlPathTemplate, format: "2.0", timeoutMs: 30_000 });
    expect(text).toBe(`version: "2.0"
module:
  meta:
    type: remote
  spec:
    functions:
      - function:
          meta:
            kind: http
            type: demo/greeter
          spec:
            endpoint: http://functions:8080/greeter
            states:
              - name: visits
              - name: seen
                expireAfter: 90 s
                expireMode: after-invoke
              - name: last
                expireAfter: 1440 min
                expireMode: after-write
            timeout: 30 s
            readTimeout: 30 s
      - function:
          meta:
            kind: http
            type: demo/other
          spec:
            endpoint: http://functions:8080/other
            timeout: 30 s
            readTimeout: 30 s
`);
    expect((await load(text)).endpoints).toMatchObject([
      {
        functions: ["demo/greeter"],
        protocol: "v2",
        states: [
          { name: "visits" },
          { name: "seen", expireAfterCallMs: 90_000 },
          { name: "last", expireAfterWriteMs: 86_400_000 },
        ],
      },
      { functions: ["demo/other"], states: [] },
    ]);
  });

  it("has one document for 3.0", async () => {
    const modules = [functions, await loadModule(kafka)];
    const text = describeModule(modules, { urlPathTemplate, format: "3.0" });
    expect(text).toMatch(/^version: "3\.0"\nmodule:/);
    expect(text).not.toContain("---");
    const { endpoints, ingresses, egresses } = await load(text);
    expect(endpoints).toMatchObject([
      { functions: ["demo/greeter"], urlPathTemplate },
      { functions: ["demo/other"], urlPathTemplate },
    ]);
    const given = await load(kafka);
    expect(ingresses).toEqual(given.ingresses);
    expect(egresses).toEqual(given.egresses);
  });

  it("quotes what a YAML of another version would take for no text", async () => {
    for (const id of [
      "yes",
      "1_000",
      "0777",
      "12:30:45",
      "null",
      "- a",
      "a: b",
      "#",
      "é\u0007",
      " x ",
    ]) {
      const source = { kind: "io.statefun.kafka.v1/egress", spec: { id: "a/b", address: id } };
      const text = describeModule(await loadModule(source), { urlPathTemplate });
      expect((await load(text)).egresses, text).toMatchObject([{ address: id }]);
      if (/^(?:yes|1_000|0777|12:30:45|null)$/.test(id)) expect(text).toContain(`address: "${id}"`);
    }
  });
});

describe("what a file cannot say", () => {
  const out = egress("demo/out", string);
  const remote = (rest: object) =>
    defineModule({
      name: "remote",
      endpoints: [{ functions: [functionRef("demo/far")], urlPathTemplate: "http://far", ...rest }],
    });
  const ingress = { typename: "demo/in", "~ingress": { start() {} } };
  const variable = `\${HOME}`;

  it.for([
    [
      defineModule({ name: "mine", ingresses: [ingress] }),
      "kind",
      "cannot be expressed in a module file: ingress demo/in of module mine, which is made by code",
    ],
    [
      defineModule({ name: "mine", egresses: [out.to(() => {})] }),
      "kind",
      "cannot be expressed in a module file: egress demo/out of module mine, which is delivered by code",
    ],
    [
      defineModule({ name: "mine", egresses: [keep(out)] }),
      "kind",
      "cannot be expressed in a module file: egress demo/out of module mine, which is delivered by code",
    ],
    [
      remote({ headers: { authorization: "secret" } }),
      "kind",
      "cannot be expressed in a module file of any format: the headers of an endpoint (demo/far of module remote)",
    ],
    [
      remote({ protocol: "v2" }),
      "kind",
      "cannot be expressed in a module file of kind: an endpoint that speaks v2 (demo/far of module remote)",
    ],
    [
      remote({}),
      "2.0",
      "cannot be expressed in a module file of 2.0: an endpoint that speaks v3 (demo/far of module remote)",
    ],
    [
      remote({ states: [{ name: "x" }] }),
      "3.0",
      "cannot be expressed in a module file of 3.0: the states of a function (demo/far of module remote)",
    ],
    [
      remote({ transport: { type: "async" } }),
      "3.0",
      "cannot be expressed in a module file of 3.0: the async transport (demo/far of module remote)",
    ],
    [
      remote({ functions: ["demo/*"], protocol: "v2" }),
      "2.0",
      "cannot be expressed in a module file of 2.0: all functions of a namespace (demo/* of module remote)",
    ],
    [
      [functions, remote({ functions: [functionRef("demo/greeter")] })],
      "kind",
      "function demo/greeter is defined twice, in module greeting and in module remote",
    ],
    [
      remote({ urlPathTemplate: `http://far/${variable}` }),
      "kind",
      `cannot be expressed in a module file: the text "${variable}", which loadModule would replace as a variable`,
    ],
    [
      remote({ functions: ["demo/a*b"] }),
      "kind",
      "cannot be expressed in a module file of any format: such a function name (demo/a*b of module remote)",
    ],
    [
      remote({ timeoutMs: 0.5 }),
      "kind",
      "the time to call of an endpoint in ms must be an integer from 1 on, got 0.5",
    ],
    [
      remote({ urlPathTemplate: undefined }),
      "2.0",
      "urlPathTemplate of an endpoint of module remote must be a string of well-formed Unicode, got undefined",
    ],
    [[], "kind", "a module file needs a function, an ingress or an egress"],
  ] as const)("is an error (%#)", ([modules, format, message]) => {
    expect(() => describeModule(modules, { urlPathTemplate, format })).toThrow(
      expect.objectContaining({ code: "invalid_argument", message }),
    );
  });

  it("is the playground in a format before 3.1", async () => {
    const module = await loadModule("kind: io.statefun.playground.v1/ingress\nspec: {}\n");
    expect(() => describeModule(module, { urlPathTemplate, format: "3.0" })).toThrow(
      "cannot be expressed in a module file of 3.0: io.statefun.playground.v1/ingress",
    );
  });
});

it.for([
  [{}, "urlPathTemplate must be a string of well-formed Unicode, got undefined"],
  [
    { urlPathTemplate: "functions:8080" },
    'urlPathTemplate must be a URL of http, https, http+unix or https+unix, got "functions:8080"',
  ],
  [{ urlPathTemplate, format: "4.0" }, 'format must be one of kind, 3.0, 2.0, got "4.0"'],
  [{ urlPathTemplate, timeoutMs: 0 }, "timeoutMs must be an integer from 1 to 2147483647, got 0"],
  [
    { urlPathTemplate, timeout: 1 },
    'the options of describeModule have no "timeout", did you mean timeoutMs? (known: urlPathTemplate, format, timeoutMs)',
  ],
] as const)("an option that is wrong is an error (%#)", ([options, message]) => {
  // A program in JavaScript may give anything.
  const given = options as Parameters<typeof describeModule>[1];
  expect(() => describeModule(functions, given)).toThrow(
    expect.objectContaining({ code: "invalid_argument", message }),
  );
});
