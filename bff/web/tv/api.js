// Talks to the server. Whatever goes wrong comes out as a Trouble whose words can be shown to a viewer.

const PATIENCE_MS = 12000;

export class Trouble extends Error {
  constructor(kind, headline, detail) {
    super(headline);
    this.kind = kind;
    this.detail = detail;
  }
}

const offline = () =>
  new Trouble("offline", "Marquee does not answer.", "Is the server still running? It is started with: make demo");

async function reach(path, options) {
  try {
    return await fetch(path, { ...options, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    throw offline();
  }
}

/** Personas of the demo, or null when this server is not a demo. */
export async function demoPersonas() {
  const response = await reach("/demo/session", { headers: { accept: "application/json" } });
  if (response.status === 404) return null;
  if (!response.ok) throw new Trouble("stores", "The stores do not answer yet.", "They may still be starting. Try again in a moment.");
  return (await response.json()).personas;
}

/** Data of one GraphQL operation. Partial answers are answers: a lost row is not an error here. */
export async function graphql(token, query, variables) {
  const response = await reach("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const answer = await response.json().catch(() => null);
  const problem = answer?.errors?.[0];
  if (response.status === 401) {
    throw new Trouble("token", "Your sign-in is no longer valid.", "Reload the page to be let in again.");
  }
  const first = answer?.data && Object.values(answer.data)[0];
  if (first) return answer.data;
  if (problem?.extensions?.code === "NOT_FOUND") {
    throw new Trouble("profile", "This profile is not here.", "Choose another one with P.");
  }
  throw new Trouble("server", "Something went wrong on our side.", problem?.message ?? `The server answered ${response.status}.`);
}

/** An id of our own for an event. Not randomUUID: browsers offer that over https and on this machine only. */
export function newEventId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
