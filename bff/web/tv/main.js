// The television page: opens a session, draws the home page, and answers keys.

import { Trouble, graphql } from "/tv/api.js";
import { forgetBillboard, showBillboard } from "/tv/billboard.js";
import { disown, removeFromRow } from "/tv/continue.js";
import { byId, el } from "/tv/dom.js";
import { focusedCard, focusedView, move, place, point, resetFocus, restoreFocus, whenFocused } from "/tv/focus.js";
import { listenToKeys, listenToPointer } from "/tv/input.js";
import { changeList } from "/tv/list.js";
import { clearOverlay, forgetToast, fullScreen, noteDegradations, toast } from "/tv/notices.js";
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
    await become(session.current);
  } catch (error) {
    showTrouble(error, open);
  }
}

/** Nothing changes until the person's page is there; then everything changes at once. */
async function become(person) {
  try {
    const home = await fetchHome(person);
    session.current = person;
    rememberProfile(person);
    greet(person);
    clearOverlay();
    forgetToast();
    resetFocus();
    forgetBillboard();
    draw(home);
  } catch (error) {
    showTrouble(error, () => become(person));
  }
}

function greet(person) {
  byId("who").replaceChildren(avatar(person), person.name);
  byId("who").setAttribute("aria-label", `${person.name} is watching. Change profile`);
}

async function fetchHome({ token, profileId }) {
  const data = await graphql(token, HOME, { profileId, device: DEVICE, rows: ROWS, cards: CARDS });
  return data.home;
}

function draw(home) {
  const rows = home.rows.nodes.filter((row) => row.cards?.nodes.length);
  noteDegradations(home.degradations);
  if (!rows.length) {
    fullScreen("Nothing to show yet.", "The catalogue is empty, or the night shift has not run: marquee jobs run nightly --date today", "Try again", open);
    return;
  }
  drawRows(rows);
  place();
}

/** The keys that do something here. */
function hint(row) {
  const alone = session.people.length < 2;
  const keys = alone ? "Use the arrow keys." : "Use the arrow keys. Press P to become someone else.";
  const told = canBeTold(row) ? [el("kbd", {}, "R"), "remove", el("kbd", {}, "N"), "not me"] : [];
  byId("hints").replaceChildren(keys, el("kbd", {}, "Enter"), "play", el("kbd", {}, "L"), "My List", ...told);
}

const canBeTold = (row) => row?.capabilities.includes("DISMISS") ?? false;

/** Fetch again and keep the viewer where they are; how long it took, in milliseconds. */
async function redraw(key, titleId) {
  const started = performance.now();
  const home = await fetchHome(session.current);
  const took = performance.now() - started;
  forgetBillboard();
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
  const said = await changeList(session.current, card);
  const view = focusedView();
  await redraw(view.key, card.title.id);
  toast(said, "My List follows on every device.");
}

/** Remove or disown the focused card, where its row allows that. */
async function tellFocused(change, then) {
  const view = focusedView();
  const card = focusedCard()?.card;
  if (!card || !canBeTold(view.row)) return;
  const said = await change(session.current, card);
  await redraw(view.key, card.title.id);
  toast(said, then);
}

const removeFocused = () => tellFocused(removeFromRow, "Its place is kept. It is back when it is played again.");
const disownFocused = () => tellFocused(disown, "What was watched of it counts no more; a thumb up still does. Its history is kept.");

/** One thing at a time: a second key press while something is under way is not a second request. */
async function once(task) {
  if (busy) return;
  busy = true;
  try {
    await task();
  } catch (error) {
    clearOverlay();
    showTrouble(error, open);
  } finally {
    busy = false;
  }
}

function showTrouble(error, again) {
  const known = error instanceof Trouble;
  if (!known) console.error(error);
  fullScreen(known ? error.message : "Something went wrong here.", known ? error.detail : "Reloading the page usually helps.", "Try again", () => {
    clearOverlay();
    again();
  });
}

const switchProfile = () => openProfiles(session.people, session.current, (person) => once(() => become(person)));

whenFocused((card, row) => {
  showBillboard(card, row);
  hint(row);
});
listenToKeys({
  move,
  play: () => once(playFocused),
  list: () => once(listFocused),
  remove: () => once(removeFocused),
  disown: () => once(disownFocused),
  switchProfile,
  profileKey,
  isPlaying,
  stopPlaying,
});
listenToPointer({ point, place, move, play: () => once(playFocused) });
byId("who").addEventListener("click", switchProfile);
addEventListener("resize", () => focusedView() && place());
open();
