// The TV page: opens a session, draws the home page and handles keys.

import { ViewerError, graphql } from "/tv/api.js";
import { resetBillboard, showBillboard } from "/tv/billboard.js";
import { disown, removeFromRow } from "/tv/continue.js";
import { byId, el } from "/tv/dom.js";
import { focusedCard, focusedView, move, place, point, resetFocus, restoreFocus, whenFocused } from "/tv/focus.js";
import { listenToKeys, listenToPointer } from "/tv/input.js";
import { changeList } from "/tv/list.js";
import { clearOverlay, hideToast, fullScreen, showDegradations, toast } from "/tv/notices.js";
import { isPlaying, play, stopPlaying } from "/tv/player.js";
import { avatar, openProfiles, profileKey } from "/tv/profiles.js";
import { CARDS, DEVICE, HOME, ROWS } from "/tv/query.js";
import { drawRows } from "/tv/rows.js";
import { openSession, rememberProfile } from "/tv/session.js";

let session = null;
let busy = false;

async function open() {
  try {
    session = await openSession();
    await switchTo(session.current);
  } catch (error) {
    showError(error, open);
  }
}

/** Loads the person's page first, then changes everything at once. */
async function switchTo(person) {
  try {
    const home = await fetchHome(person);
    session.current = person;
    rememberProfile(person);
    showProfile(person);
    clearOverlay();
    hideToast();
    resetFocus();
    resetBillboard();
    draw(home);
  } catch (error) {
    showError(error, () => switchTo(person));
  }
}

function showProfile(person) {
  byId("who").replaceChildren(avatar(person), person.name);
  byId("who").setAttribute("aria-label", `${person.name} is watching. Change profile`);
}

async function fetchHome({ token, profileId }) {
  const data = await graphql(token, HOME, { profileId, device: DEVICE, rows: ROWS, cards: CARDS });
  return data.home;
}

function draw(home) {
  const rows = home.rows.nodes.filter((row) => row.cards?.nodes.length);
  showDegradations(home.degradations);
  if (!rows.length) {
    fullScreen("Nothing to show yet.", "The catalogue is empty, or the nightly run has not run yet: marquee jobs run nightly --date today", "Try again", open);
    return;
  }
  drawRows(rows);
  place();
}

/** Shows the keys that work here. */
function showHints(row) {
  const alone = session.people.length < 2;
  const keys = alone ? "Use the arrow keys." : "Use the arrow keys. Press P to become someone else.";
  const dismissKeys = isDismissible(row) ? [el("kbd", {}, "R"), "remove", el("kbd", {}, "N"), "not me"] : [];
  byId("hints").replaceChildren(keys, el("kbd", {}, "Enter"), "play", el("kbd", {}, "L"), "My List", ...dismissKeys);
}

const isDismissible = (row) => row?.capabilities.includes("DISMISS") ?? false;

/** Fetches the page again and restores the focus. Returns the fetch time in milliseconds. */
async function redraw(key, titleId) {
  const started = performance.now();
  const home = await fetchHome(session.current);
  const took = performance.now() - started;
  resetBillboard();
  draw(home);
  restoreFocus(key, titleId);
  place();
  return took;
}

async function playFocused() {
  const card = focusedCard()?.card;
  if (!card) return;
  const report = await play(session.current, card);
  if (report.__typename !== "EventsRecorded") {
    toast("Not recorded", report.message);
    return;
  }
  const took = await redraw("CONTINUE_WATCHING-0", null);
  toast(
    `Watched ${report.minutes} min. Continue Watching followed.`,
    `${report.acceptedCount} events kept in MongoDB in ${Math.round(report.recordedMs)} ms, activity revision ${report.revision}.`,
    `The page was composed anew and fetched in ${Math.round(took)} ms.`,
  );
}

async function listFocused() {
  const card = focusedCard()?.card;
  if (!card) return;
  const sentence = await changeList(session.current, card);
  const view = focusedView();
  await redraw(view.key, card.title.id);
  toast(sentence, "My List follows on every device.");
}

/** Removes or disowns the focused card if its row allows that. */
async function changeFocused(change, then) {
  const view = focusedView();
  const card = focusedCard()?.card;
  if (!card || !isDismissible(view.row)) return;
  const sentence = await change(session.current, card);
  await redraw(view.key, card.title.id);
  toast(sentence, then);
}

const removeFocused = () => changeFocused(removeFromRow, "Its place is kept. It is back when it is played again.");
const disownFocused = () => changeFocused(disown, "What was watched of it counts no more; a thumb up still does. Its history is kept.");

/** Runs one task at a time: a key press during a request starts no second request. */
async function runOne(task) {
  if (busy) return;
  busy = true;
  try {
    await task();
  } catch (error) {
    clearOverlay();
    showError(error, open);
  } finally {
    busy = false;
  }
}

function showError(error, again) {
  const known = error instanceof ViewerError;
  if (!known) console.error(error);
  fullScreen(known ? error.message : "Something went wrong here.", known ? error.detail : "Reloading the page usually helps.", "Try again", () => {
    clearOverlay();
    again();
  });
}

const switchProfile = () => openProfiles(session.people, session.current, (person) => runOne(() => switchTo(person)));

whenFocused((card, row) => {
  showBillboard(card, row);
  showHints(row);
});
listenToKeys({
  move,
  play: () => runOne(playFocused),
  list: () => runOne(listFocused),
  remove: () => runOne(removeFocused),
  disown: () => runOne(disownFocused),
  switchProfile,
  profileKey,
  isPlaying,
  stopPlaying,
});
listenToPointer({ point, place, move, play: () => runOne(playFocused) });
byId("who").addEventListener("click", switchProfile);
addEventListener("resize", () => focusedView() && place());
open();
