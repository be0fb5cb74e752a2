// The profiles: the demo's personas, or one profile with its token in the URL (#token=...&profile=...).

import { ViewerError, demoPersonas } from "/tv/api.js";

const LAST = "marquee.profile";

/** {people: [{profileId, name, kind, maturityLimit, token}], current} */
export async function openSession() {
  const given = new URLSearchParams(location.hash.slice(1));
  if (given.get("token") && given.get("profile")) {
    const person = { profileId: given.get("profile"), name: "You", kind: "guest", token: given.get("token") };
    return { people: [person], current: person };
  }
  const people = await demoPersonas();
  if (!people?.length) {
    throw new ViewerError(
      "nobody",
      "Nobody is signed in on this television.",
      people
        ? "The demo has no personas yet. Load its data with: make demo"
        : "Print a token with: marquee token --account A. Then open /tv#token=TOKEN&profile=profile_ID",
    );
  }
  const wanted = given.get("profile") ?? sessionStorage.getItem(LAST);
  return { people, current: people.find((person) => person.profileId === wanted) ?? people[0] };
}

export function rememberProfile(person) {
  sessionStorage.setItem(LAST, person.profileId);
}
