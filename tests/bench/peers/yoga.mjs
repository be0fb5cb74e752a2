// GraphQL Yoga on node's own HTTP server, with graphql-jit by Envelop's plugin.

import { createServer } from "node:http";
import { useGraphQlJit } from "@envelop/graphql-jit";
import { createSchema, createYoga } from "graphql-yoga";
import { PORT, resolvers, sdl } from "./pages.mjs";

const yoga = createYoga({
  schema: createSchema({ typeDefs: sdl, resolvers }),
  plugins: [useGraphQlJit()],
  healthCheckEndpoint: "/healthz",
  graphiql: false,
  landingPage: false,
  logging: false,
});
createServer(yoga).listen(PORT, "127.0.0.1");
