// The operations that GraphiQL opens with. tests/bff/test_graphiql.py runs every one of them.
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

/** One operation per persona, then search and profiles as the first of them. */
export function operations(people) {
  const homes = people.map(({ name, profileId, kind, token }) => ({
    query: HOME.replace("{name}", name).replace("{operation}", `Home_${kind}`.replace(/\W/g, "_")),
    variables: { profileId },
    token,
  }));
  const first = people[0];
  const profileId = first?.profileId ?? "profile_example";
  return [
    ...(homes.length > 0 ? homes : [{ query: HOME.replace("{name}", "a profile").replace("{operation}", "Home"), variables: { profileId } }]),
    { query: SEARCH, variables: { profileId, text: "the" }, token: first?.token },
    { query: PROFILES, variables: {}, token: first?.token },
  ];
}
