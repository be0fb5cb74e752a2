// What a viewer does with a title: list, thumbs, remove from the row, "not me". Each returns the title's state as the
// server has it afterwards, so that the page says what is so and not what was meant.

import { ViewerError, graphql, newEventId } from "/tv/api.js";
import { ANSWER, DISMISS, DISOWN, LIST_ADD, LIST_REMOVE, RATE } from "/tv/title_query.js";

/** `titleId`: a movie or series. `token`: the card's, if it came from one. */
export const setListed = (person, titleId, listed, token) =>
  send(person, listed ? LIST_ADD : LIST_REMOVE, listed ? "listAdd" : "listRemove", { titleId, trackingToken: token });

/** `verdict`: LIKE, DISLIKE or NONE. */
export const rate = (person, titleId, verdict, token) => send(person, RATE, "titleRate", { titleId, verdict, trackingToken: token });

/** Takes the card off Continue Watching on every device and keeps the position. */
export const removeFromRow = (person, titleId, token) => send(person, DISMISS, "continueWatchingRemove", { titleId, trackingToken: token });

/** "This was not me": what was watched of it so far no longer counts. */
export const disown = (person, titleId, token) => send(person, DISOWN, "watchDisown", { titleId, trackingToken: token });

/** Ends the questions of the onboarding row. */
export const answerOnboarding = (person, likedTitleIds) => send(person, ANSWER, "onboardingAnswer", { likedTitleIds });

async function send(person, document, field, change) {
  const input = { profileId: person.profileId, clientEventId: newEventId(), ...change };
  if (!input.trackingToken) delete input.trackingToken;
  const result = (await graphql(person.token, document, { input }, field))[field];
  const refused = result.rejected?.[0];
  if (result.__typename === "EventsRecorded" && !refused) return result.states?.[0] ?? null;
  throw new ViewerError("change", "This did not change anything.", refused?.message ?? result.message);
}
