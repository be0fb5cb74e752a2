// Requests to the server. Every failure is thrown as a ViewerError with a text for the viewer.

const TIMEOUT_MS = 12000;

export class ViewerError extends Error {
  constructor(kind, headline, detail) {
    super(headline);
    this.kind = kind;
    this.detail = detail;
  }
}

const offline = () =>
  new ViewerError("offline", "Marquee does not answer.", "Is the server still running? It is started with: make demo");

async function fetchOrThrow(path, options) {
  try {
    return await fetch(path, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw offline();
  }
}

/** The demo's personas; null when the server is not a demo. */
export async function demoPersonas() {
  const response = await fetchOrThrow("/demo/session", { headers: { accept: "application/json" } });
  if (response.status === 404) return null;
  if (!response.ok) throw new ViewerError("stores", "The stores do not answer yet.", "They may still be starting. Try again in a moment.");
  return (await response.json()).personas;
}

/**
 * Data of one GraphQL operation, with the field `needs`: without it the answer is an error, whatever else it has. Parts
 * below that field may be missing. Without `needs`, any data is returned, for callers that say themselves what is missing.
 */
export async function graphql(token, query, variables, needs = null) {
  const response = await fetchOrThrow("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables: withSentAt(variables) }),
  });
  const answer = await response.json().catch(() => null);
  const problem = answer?.errors?.[0];
  if (response.status === 401) {
    throw new ViewerError("token", "Your sign-in is no longer valid.", "Reload the page to be let in again.");
  }
  const data = answer?.data;
  if (data && (needs === null || data[needs])) return data;
  if (problem?.extensions?.code === "NOT_FOUND") {
    throw new ViewerError("profile", "This profile is not here.", "Choose another one with P.");
  }
  throw new ViewerError("server", "Something went wrong on our side.", problem?.message ?? `The server answered ${response.status}.`);
}

/** A batch of events says when it was sent, so that the server can tell how far this device's clock is off. */
function withSentAt(variables) {
  if (!variables?.input?.events) return variables;
  return { ...variables, input: { ...variables.input, sentAt: new Date().toISOString() } };
}

/** A client event id. Browsers offer randomUUID only over https and on localhost. */
export function newEventId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
