// GraphiQL's initial operations. tests/bff/web/test_graphiql.py runs all of them.
const HOME = `# The home page of {name}: one request, every row and why it is there.
query {operation}($profileId: ID!) {
  home(profileId: $profileId, device: { formFactor: TV }) {
    snapshotId
    degradations { what servedInstead }
    rows(first: 8) {
      nodes {
        title
        kind
        reason { text }
        cards(first: 6) {
          nodes {
            title { name metadataLine }
            reason { text }
            resume { label }
            progress { percent }
          }
        }
      }
    }
  }
}
`;

const SEARCH = `# Search forgives typing mistakes and half words; change "text".
query Search($profileId: ID!, $text: String!) {
  searchTitles(profileId: $profileId, text: $text, first: 10) {
    nodes { id name metadataLine }
  }
}
`;

const PROFILES = `# The profiles of the account that the token speaks for.
query Profiles {
  profiles { id name }
}
`;

/** One home operation per persona, then search and profiles as the first persona. */
export function operations(people) {
  const known = people.length > 0 ? people : [{ name: "Home", profileId: "profile_example", token: null }];
  const homes = known.map(({ name, profileId, token }) => ({
    query: HOME.replace("{name}", name).replace("{operation}", operationName(name)),
    variables: { profileId },
    token,
  }));
  const { profileId, token } = known[0];
  return [
    ...homes,
    { query: SEARCH, variables: { profileId, text: "the" }, token },
    { query: PROFILES, variables: {}, token },
  ];
}

export function hasOperation(document, name) {
  const found = document.replace(/#.*/g, "").matchAll(/\b(?:query|mutation|subscription)\s+(\w+)/g);
  return [...found].some((operation) => operation[1] === name);
}

/** "Mina, new today" -> "Mina_new_today", GraphiQL's name of the tab. */
function operationName(name) {
  const words = name.normalize("NFKD").replace(/[^A-Za-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
  return /^[A-Za-z]/.test(words) ? words : `Home_${words}`;
}
