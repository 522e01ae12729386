/** What `toStandardJsonSchema` of @valibot/to-json-schema 1.8.0 and arktype 2.2.10 gave for `draft-2020-12`, by what was asked. */
export const recordedSchemas: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "valibot object": {
    type: "object",
    properties: {
      a: {
        type: "string",
        minLength: 1,
        description: "A thing",
      },
      b: {
        type: "integer",
        minimum: 1,
      },
      c: {
        anyOf: [
          {
            type: "number",
          },
          {
            type: "null",
          },
        ],
      },
      d: {
        type: "boolean",
        default: true,
      },
      e: {
        enum: ["x", "y"],
        type: "string",
      },
      f: {
        const: "q",
      },
      g: {
        type: "string",
        format: "date",
      },
      i: {
        type: "string",
        format: "email",
      },
      n: {
        anyOf: [
          {
            type: "string",
          },
          {
            type: "null",
          },
        ],
      },
    },
    required: ["a", "c", "e", "f", "g", "i"],
    $schema: "https://json-schema.org/draft/2020-12/schema",
  },
  "valibot variant": {
    oneOf: [
      {
        type: "object",
        properties: {
          kind: {
            const: "a",
          },
          x: {
            type: "string",
          },
        },
        required: ["kind", "x"],
      },
      {
        type: "object",
        properties: {
          kind: {
            const: "b",
          },
          y: {
            type: "number",
          },
        },
        required: ["kind", "y"],
      },
    ],
    $schema: "https://json-schema.org/draft/2020-12/schema",
  },
  "valibot tuple": {
    type: "array",
    prefixItems: [
      {
        type: "string",
      },
      {
        type: "number",
      },
    ],
    minItems: 2,
    $schema: "https://json-schema.org/draft/2020-12/schema",
  },
  "valibot strictTuple": {
    type: "array",
    prefixItems: [
      {
        type: "string",
      },
      {
        type: "number",
      },
    ],
    minItems: 2,
    items: false,
    $schema: "https://json-schema.org/draft/2020-12/schema",
  },
  "valibot tupleWithRest": {
    type: "array",
    prefixItems: [
      {
        type: "string",
      },
    ],
    minItems: 1,
    items: {
      type: "number",
    },
    $schema: "https://json-schema.org/draft/2020-12/schema",
  },
  "valibot record": {
    type: "object",
    propertyNames: {
      type: "string",
    },
    additionalProperties: {
      type: "number",
    },
    $schema: "https://json-schema.org/draft/2020-12/schema",
  },
  "valibot intersect": {
    allOf: [
      {
        type: "object",
        properties: {
          a: {
            type: "string",
          },
        },
        required: ["a"],
      },
      {
        type: "object",
        properties: {
          b: {
            type: "number",
          },
        },
        required: ["b"],
      },
    ],
    $schema: "https://json-schema.org/draft/2020-12/schema",
  },
  "valibot union": {
    anyOf: [
      {
        type: "string",
      },
      {
        type: "number",
      },
    ],
    $schema: "https://json-schema.org/draft/2020-12/schema",
  },
  "valibot lazy": {
    type: "object",
    properties: {
      name: {
        type: "string",
      },
      kids: {
        type: "array",
        items: {
          $ref: "#/$defs/0",
        },
      },
    },
    required: ["name", "kids"],
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $defs: {
      "0": {
        type: "object",
        properties: {
          name: {
            type: "string",
          },
          kids: {
            type: "array",
            items: {
              $ref: "#/$defs/0",
            },
          },
        },
        required: ["name", "kids"],
      },
    },
  },
  "valibot any": {
    $schema: "https://json-schema.org/draft/2020-12/schema",
  },
  "valibot objectWithRest": {
    type: "object",
    properties: {
      a: {
        type: "string",
      },
    },
    required: ["a"],
    additionalProperties: {
      type: "number",
    },
    $schema: "https://json-schema.org/draft/2020-12/schema",
  },
  "valibot enum": {
    enum: [1, "b"],
    type: ["string", "number"],
    $schema: "https://json-schema.org/draft/2020-12/schema",
  },
  "arktype object": {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties: {
      a: {
        type: "string",
        maxLength: 5,
        minLength: 1,
      },
      arr: {
        type: "array",
        items: {
          type: "string",
        },
      },
      c: {
        anyOf: [
          {
            type: "number",
          },
          {
            type: "null",
          },
        ],
      },
      d: {
        type: "boolean",
      },
      e: {
        enum: ["x", "y"],
      },
      f: {
        const: "q",
      },
      g: {
        type: "string",
        pattern: "^[\\w%+.-]+@[\\d.A-Za-z-]+\\.[A-Za-z]{2,}$",
        format: "email",
      },
      u: {
        anyOf: [
          {
            type: "string",
            description: "a UUID",
            format: "uuid",
            pattern:
              "^[\\dA-Fa-f]{8}-[\\dA-Fa-f]{4}-[1-8][\\dA-Fa-f]{3}-[89ABab][\\dA-Fa-f]{3}-[\\dA-Fa-f]{12}$",
          },
          {
            const: "00000000-0000-0000-0000-000000000000",
            description: "a UUID",
            format: "uuid",
          },
          {
            const: "ffffffff-ffff-ffff-ffff-ffffffffffff",
            description: "a UUID",
            format: "uuid",
          },
        ],
        description: "a UUID",
        format: "uuid",
      },
      b: {
        type: "integer",
        minimum: 1,
      },
    },
    required: ["a", "arr", "c", "d", "e", "f", "g", "u"],
  },
  "arktype union": {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    anyOf: [
      {
        type: "number",
      },
      {
        type: "string",
      },
    ],
  },
  "arktype discriminated": {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    anyOf: [
      {
        type: "object",
        properties: {
          kind: {
            const: "a",
          },
          x: {
            type: "string",
          },
        },
        required: ["kind", "x"],
      },
      {
        type: "object",
        properties: {
          kind: {
            const: "b",
          },
          y: {
            type: "number",
          },
        },
        required: ["kind", "y"],
      },
    ],
  },
  "arktype tuple": {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "array",
    minItems: 2,
    prefixItems: [
      {
        type: "string",
      },
      {
        type: "number",
      },
    ],
    items: false,
  },
  "arktype record": {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    additionalProperties: {
      type: "number",
    },
  },
  "arktype default": {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties: {
      n: {
        type: "number",
      },
    },
  },
  "arktype cyclic": {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $ref: "#/$defs/intersection264",
    $defs: {
      intersection264: {
        type: "object",
        properties: {
          name: {
            type: "string",
          },
          inner: {
            $ref: "#/$defs/intersection264",
          },
        },
        required: ["name"],
      },
    },
  },
  "arktype unknown": {
    $schema: "https://json-schema.org/draft/2020-12/schema",
  },
};
