// node's HTTP server and graphql-jit, nothing between: the least that Node can do with GraphQL.

import { createServer } from "node:http";
import { buildSchema, parse, validate } from "graphql";
import { compileQuery, isCompiledQuery } from "graphql-jit";
import { PORT, resolvers, sdl } from "./pages.mjs";

const schema = buildSchema(sdl);
for (const [type, fields] of Object.entries(resolvers)) {
  for (const [field, resolve] of Object.entries(fields)) schema.getType(type).getFields()[field].resolve = resolve;
}

const compiled = new Map();

function compiledOf(text) {
  let found = compiled.get(text);
  if (found === undefined) {
    const document = parse(text);
    const errors = validate(schema, document);
    found = errors.length ? { query: () => ({ errors }) } : compileQuery(schema, document);
    if (!errors.length && !isCompiledQuery(found)) throw new Error(JSON.stringify(found.errors));
    compiled.set(text, found);
    if (compiled.size > 1000) compiled.delete(compiled.keys().next().value);
  }
  return found;
}

async function answer(request, response) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const { query, variables } = JSON.parse(Buffer.concat(parts).toString());
  const body = Buffer.from(JSON.stringify(await compiledOf(query).query(undefined, {}, variables)));
  response.writeHead(200, { "content-type": "application/json; charset=utf-8", "content-length": body.length });
  response.end(body);
}

createServer((request, response) => {
  if (request.method === "GET") response.end("ok");
  else answer(request, response).catch((error) => response.writeHead(500).end(String(error)));
}).listen(PORT, "127.0.0.1");
