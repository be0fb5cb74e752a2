// The home page: whose it is, fetching and drawing it, the keys that work on it, and its problems.

import { ViewerError, graphql } from "/tv/api.js";
import { resetBillboard } from "/tv/billboard.js";
import { byId, el, name } from "/tv/dom.js";
import { focusedView, place, resetFocus, restoreFocus } from "/tv/focus.js";
import { fullScreen, hideToast, showDegradations } from "/tv/notices.js";
import { isAsking } from "/tv/onboarding.js";
import { avatar, openProfiles } from "/tv/profiles.js";
import { CARDS, DEVICE, HOME, ROWS } from "/tv/query.js";
import { drawRows } from "/tv/rows.js";
import { closeScreens } from "/tv/screens.js";
import { openSession, rememberProfile } from "/tv/session.js";

let session = null;
let shown = null;
let busy = false;

/** Who is watching. */
export const person = () => session.current;

/** The page on the screen, as the server sent it. */
export const homeNow = () => shown;

export async function open() {
  try {
    session = await openSession();
    await switchTo(session.current);
  } catch (error) {
    showError(error, open);
  }
}

/** Loads the person's page first, then changes everything at once. */
async function switchTo(next) {
  document.body.setAttribute("aria-busy", "true");
  try {
    const home = await fetchHome(next);
    session.current = next;
    rememberProfile(next);
    showProfile(next);
    closeScreens();
    hideToast();
    resetFocus();
    resetBillboard();
    draw(home);
  } catch (error) {
    showError(error, () => switchTo(next));
  } finally {
    document.body.removeAttribute("aria-busy");
  }
}

/** Not while another person's page is on its way: it would close the choice again. */
export function switchProfile() {
  if (document.body.hasAttribute("aria-busy")) return;
  openProfiles(session.people, session.current, (next) => runOne(() => switchTo(next)));
}

function showProfile(next) {
  byId("who").replaceChildren(avatar(next), el("span", { class: "called" }, name(next.name)));
  byId("who").setAttribute("aria-label", `${next.name} is watching. Change profile`);
}

async function fetchHome({ token, profileId }) {
  const data = await graphql(token, HOME, { profileId, device: DEVICE, rows: ROWS, cards: CARDS }, "home");
  return data.home;
}

function draw(home) {
  shown = home;
  const rows = home.rows.nodes.filter((row) => row.cards?.nodes.length);
  showDegradations(home.degradations);
  if (!rows.length) {
    fullScreen("Nothing to show yet.", "The catalogue is empty, or the nightly run has not run yet: marquee jobs run nightly --date today", "Try again", open);
    return;
  }
  drawRows(rows);
  place();
}

/** Fetches the page again and puts the focus on the same title in the same row. Returns {before, home, took}. */
export async function redraw(key = focusedView()?.key, titleId = null) {
  const started = performance.now();
  const before = shown;
  const home = await fetchHome(session.current);
  const took = performance.now() - started;
  resetBillboard();
  draw(home);
  restoreFocus(key, titleId);
  place();
  return { before, home, took };
}

const key = (letter, does) => [el("kbd", {}, letter), does];

/** Shows the keys that work here. */
export function showHints(row) {
  const alone = session.people.length < 2;
  const lead = alone ? "Use the arrow keys." : "Use the arrow keys. Press P to become someone else.";
  const enter = isAsking(row) ? key("Enter", "choose") : [...key("Enter", "details"), ...key("Space", "play")];
  const dismiss = isDismissible(row) ? [...key("R", "remove"), ...key("N", "not me")] : [];
  byId("hints").replaceChildren(lead, ...enter, ...key("U", "like"), ...key("D", "not for me"), ...key("L", "My List"), ...key("S", "search"), ...dismiss);
}

export const isDismissible = (row) => row?.capabilities.includes("DISMISS") ?? false;

/** Runs one task at a time: a key press during a request starts no second request. */
export async function runOne(task) {
  if (busy) return;
  busy = true;
  try {
    await task();
  } catch (error) {
    showError(error, open);
  } finally {
    busy = false;
  }
}

function showError(error, again) {
  const known = error instanceof ViewerError;
  if (!known) console.error(error);
  closeScreens();
  fullScreen(known ? error.message : "Something went wrong here.", known ? error.detail : "Reloading the page usually helps.", "Try again", again);
}
