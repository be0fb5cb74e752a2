// Starts GraphiQL with one tab per demo persona and two more operations. Nothing is stored between visits,
// because the tokens in the tabs' headers are new each time.
import { hasOperation, operations } from "./operations.js";

/** GraphiQL's storage, for this visit only. */
function memory() {
  const kept = new Map();
  return {
    get length() { return kept.size; },
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => { kept.set(key, value); },
    removeItem: (key) => { kept.delete(key); },
    clear: () => { kept.clear(); },
  };
}

async function personas() {
  const response = await fetch("/demo/session");
  return response.ok ? (await response.json()).personas : [];
}

function tabs(people) {
  return operations(people).map(({ query, variables, token }) => ({
    query,
    variables: JSON.stringify(variables, null, 2),
    headers: token ? JSON.stringify({ Authorization: `Bearer ${token}` }, null, 2) : null,
  }));
}

const { React, ReactDOM, GraphiQL } = window;
const people = await personas().catch(() => []);
const firstToken = people[0]?.token;
const firstTabs = tabs(people);

const send = GraphiQL.createFetcher({
  url: "/graphql",
  // Tabs without headers and the schema query use the first persona's token.
  headers: firstToken ? { Authorization: `Bearer ${firstToken}` } : {},
});

/** GraphiQL reads the operation name 100 ms late, so a tab run at once would send its neighbour's name. */
function fetcher(request, options) {
  const { operationName, ...unnamed } = request;
  return send(hasOperation(request.query, operationName) ? request : unnamed, options);
}

ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher,
    storage: memory(),
    defaultTabs: firstTabs,
    // The open tab reads its editors from these, not from defaultTabs.
    query: firstTabs[0].query,
    variables: firstTabs[0].variables,
    headers: firstTabs[0].headers ?? "",
    defaultEditorToolsVisibility: "variables",
    forcedTheme: "dark",
    inputValueDeprecation: true,
  }),
);
