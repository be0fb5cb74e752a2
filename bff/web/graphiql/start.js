// Starts GraphiQL with one tab per persona of the demo and a few more operations worth trying.
// Nothing is kept between visits: the tokens in the tabs' headers are new each time.
import { hasOperation, operations } from "./operations.js";

/** What GraphiQL remembers, for this visit only. */
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
  // A tab without headers, and the question about the schema, go as the first persona.
  headers: firstToken ? { Authorization: `Bearer ${firstToken}` } : {},
});

/** GraphiQL reads the operation's name 100 ms late: run at once, a tab would ask for its neighbour's. */
function fetcher(request, options) {
  const { operationName, ...unnamed } = request;
  return send(hasOperation(request.query, operationName) ? request : unnamed, options);
}

ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher,
    storage: memory(),
    defaultTabs: firstTabs,
    // The open tab takes its editors from these and not from its entry above.
    query: firstTabs[0].query,
    variables: firstTabs[0].variables,
    headers: firstTabs[0].headers ?? "",
    defaultEditorToolsVisibility: "variables",
    forcedTheme: "dark",
    inputValueDeprecation: true,
  }),
);
