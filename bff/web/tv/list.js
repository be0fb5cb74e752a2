// My List: one key adds and removes a title.

import { ViewerError, graphql, newEventId } from "/tv/api.js";
import { nameOf } from "/tv/cards.js";
import { RECORD } from "/tv/query.js";

/** Returns a sentence for the viewer. For an episode, changes its series. */
export async function changeList(person, card) {
  const { title, userState } = card;
  const event = {
    clientEventId: newEventId(),
    type: userState.inList ? "LIST_REMOVE" : "LIST_ADD",
    titleId: title.__typename === "Episode" ? title.seriesId : title.id,
    trackingToken: card.tracking.cardToken,
  };
  const data = await graphql(person.token, RECORD, { input: { profileId: person.profileId, device: "tv-page", events: [event] } });
  const result = data.eventsRecord;
  if (result.__typename !== "EventsRecorded") throw new ViewerError("list", "My List did not change.", result.message);
  return userState.inList ? `${nameOf(title)} is off My List.` : `${nameOf(title)} is on My List.`;
}
