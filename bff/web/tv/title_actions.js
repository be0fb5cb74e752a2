// What a viewer can do with a title from anywhere: each action asks the server, draws the home page again and tells what
// the server's answer shows. A subject is {title, token, key}: `token` of its card, `key` of its row, if it has them.

import { nameOf, showIdOf } from "/tv/cards.js";
import { disown, rate, removeFromRow, setListed } from "/tv/changes.js";
import { inSentence } from "/tv/dom.js";
import { person, redraw } from "/tv/home.js";
import { toast } from "/tv/notices.js";
import { continueFact, listFact, ratingFact, removedFact, rowsFact } from "/tv/page_facts.js";
import { play } from "/tv/player.js";

const idsOf = (title) => [title.id, showIdOf(title)];

export async function listTitle({ title, token, key }, listed) {
  const state = await setListed(person(), showIdOf(title), listed, token);
  const { home } = await redraw(key, title.id);
  toast(`${inSentence(nameOf(title))} is ${state?.inList ? "on" : "off"} My List.`, listFact(home, idsOf(title)));
}

/** `verdict`: LIKE, DISLIKE or NONE, which takes an earlier one back. */
export async function rateTitle({ title, token, key }, verdict) {
  const state = await rate(person(), showIdOf(title), verdict, token);
  const { before, home } = await redraw(key, title.id);
  const undo = { LIKE: "Press U again to take it back.", DISLIKE: "Press D again to take it back." }[verdict];
  toast(...[ratingFact(state, title), rowsFact(before, home), undo].filter(Boolean));
}

export async function removeTitle({ title, token, key }) {
  const state = await removeFromRow(person(), showIdOf(title), token);
  const { home } = await redraw(key, title.id);
  const kept = state?.resume ? `Its place is kept: ${state.resume.label}.` : null;
  toast(...[removedFact(home, idsOf(title), title), kept, "It is back when it is played again."].filter(Boolean));
}

export async function disownTitle({ title, token, key }) {
  const state = await disown(person(), showIdOf(title), token);
  const { home } = await redraw(key, title.id);
  const liked = state?.rating > 0 ? "Your thumb up still counts." : null;
  toast(...[`${inSentence(nameOf(title))} was not you.`, removedFact(home, idsOf(title), title), "What was watched of it so far counts no more.", liked].filter(Boolean));
}

/** Plays, and brings Continue Watching up when it lists the title. */
export async function playTitle(playable, { title, key }) {
  const report = await play(person(), playable);
  if (report.__typename !== "EventsRecorded" || report.rejected.length) {
    toast("What you watched was not recorded.", report.rejected?.[0]?.message ?? report.message);
    return;
  }
  const ids = [...idsOf(title), playable.id];
  const { home, took } = await redraw(key, title.id);
  toast(
    `Watched ${report.minutes} min of ${inSentence(nameOf(title))}.`,
    continueFact(home, ids),
    `${report.acceptedCount} events kept in ${Math.round(report.recordedMs)} ms, activity revision ${report.revision}. The page was fetched again in ${Math.round(took)} ms.`,
  );
}
