// Fastify with mercurius and its JIT, compiled at the first sight of an operation.

import Fastify from "fastify";
import mercurius from "mercurius";
import { PORT, resolvers, sdl } from "./pages.mjs";

const app = Fastify({ logger: false });
await app.register(mercurius, { schema: sdl, resolvers, jit: 1 });
app.get("/healthz", async () => "ok");
await app.listen({ port: PORT, host: "127.0.0.1" });
