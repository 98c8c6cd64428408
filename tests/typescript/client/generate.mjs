// Makes a typed client of a schema and a front-end's operations: node generate.mjs SCHEMA OPERATIONS OUTPUT
import { readFileSync, writeFileSync } from "node:fs";
import { codegen } from "@graphql-codegen/core";
import * as operations from "@graphql-codegen/typescript-operations";
import * as documents from "@graphql-codegen/typed-document-node";
import { parse } from "graphql";

const [schema, asked, output] = process.argv.slice(2);
const text = { input: "string", output: "string" };
const client = await codegen({
  filename: output,
  schema: parse(readFileSync(schema, "utf8")),
  documents: [{ location: asked, document: parse(readFileSync(asked, "utf8")) }],
  config: {
    enumsAsTypes: true,
    useTypeImports: true,
    strictScalars: true,
    scalars: { Date: text, DateTime: text, URL: text, JSON: "unknown" },
  },
  plugins: [{ operations: {} }, { documents: {} }],
  pluginMap: { operations, documents },
});
writeFileSync(output, client);
