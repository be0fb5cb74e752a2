// The profiles: the demo's personas, or those of the account whose token is in the URL (#token=...&profile=...).

import { ViewerError, demoPersonas, graphql } from "/tv/api.js";
import { PROFILES } from "/tv/query.js";

const LAST = "marquee.profile";

/** {people: [{profileId, name, kind, maturityLimit, token}], current} */
export async function openSession() {
  const given = new URLSearchParams(location.hash.slice(1));
  const people = given.get("token") ? await accountProfiles(given.get("token")) : await demoPersonas();
  if (!people?.length) {
    throw new ViewerError(
      "nobody",
      "Nobody is signed in on this television.",
      people
        ? "There are no profiles yet. Load the demo's data with: make demo"
        : "Print a token with: marquee token --account A. Then open /tv#token=TOKEN&profile=profile_ID",
    );
  }
  const wanted = given.get("profile") ?? sessionStorage.getItem(LAST);
  return { people, current: people.find((person) => person.profileId === wanted) ?? people[0] };
}

async function accountProfiles(token) {
  const { profiles } = await graphql(token, PROFILES, {}, "profiles");
  return profiles.map(({ id, name, kids, maturityLimit }) => ({ profileId: id, name, kind: kids ? "kids" : "plain", maturityLimit, token }));
}

export function rememberProfile(person) {
  sessionStorage.setItem(LAST, person.profileId);
}
