// Continue Watching told what to do: take a card off the row, or say that somebody else watched it.

import { Trouble, graphql, newEventId } from "/tv/api.js";
import { nameOf } from "/tv/cards.js";
import { DISMISS, DISOWN } from "/tv/query.js";

/** Off the row on every device; the place is kept. What was done, as a sentence. */
export async function removeFromRow(person, card) {
  await tell(person, card, DISMISS, "continueWatchingRemove");
  return `${nameOf(card.title)} is off Continue Watching.`;
}

/** "This was not me": no longer continued, and what was watched of it is no reason for anything. */
export async function disown(person, card) {
  await tell(person, card, DISOWN, "watchDisown");
  return `${nameOf(card.title)} was not you.`;
}

async function tell(person, card, document, field) {
  const input = {
    profileId: person.profileId,
    titleId: card.title.id,
    clientEventId: newEventId(),
    trackingToken: card.tracking.cardToken,
  };
  const result = (await graphql(person.token, document, { input }))[field];
  const refused = result.rejected?.[0];
  if (result.__typename === "EventsRecorded" && !refused) return;
  throw new Trouble("continue", "Continue Watching did not change.", refused?.message ?? result.message);
}
