// Search: an on-screen keyboard for remote controls, typed keys for all others, results as you type.

import { ViewerError, graphql } from "/tv/api.js";
import { focusOn, moveFocus } from "/tv/arrows.js";
import { showIdOf } from "/tv/cards.js";
import { openDetails } from "/tv/details.js";
import { el, inSentence } from "/tv/dom.js";
import { person, runOne } from "/tv/home.js";
import { hideToast } from "/tv/notices.js";
import { isTop, openScreen } from "/tv/screens.js";
import { tile } from "/tv/tiles.js";
import { SEARCH } from "/tv/title_query.js";

const REST_MS = 220;
const MOST = 200;
const LETTERS = ["abcdefg", "hijklmn", "opqrstu", "vwxyz12", "3456789", "0äöüéñß"];

export function openSearch() {
  hideToast();
  const input = el("input", { type: "text", class: "asked", maxlength: MOST, dir: "auto", autocomplete: "off", spellcheck: "false", enterkeyhint: "search", aria: { label: "Search titles, people and genres" }, placeholder: "Search titles, people and genres" });
  const status = el("p", { class: "found", role: "status" }, "Type, or choose letters with the arrow keys and Enter.");
  const results = el("div", { class: "results", role: "group", aria: { label: "Results" } });
  const search = { input, status, results, timer: 0, asked: "" };
  const view = el("div", { class: "search", role: "dialog", aria: { modal: "true", label: "Search" } }, el("div", { class: "ask" }, input, keyboard(search)), el("div", { class: "answer" }, status, results));
  input.addEventListener("input", () => later(search));
  search.view = view;
  search.screen = openScreen(view, { key: (key, event) => useKey(search, key, event), closed: () => clearTimeout(search.timer) });
  input.focus();
}

function keyboard(search) {
  const put = (text) => write(search, search.input.value + text);
  const key = (text, label, act) => el("button", { type: "button", class: label ? "key wide" : "key", aria: { label: label ?? text }, on: { click: act } }, label ?? text);
  const lines = LETTERS.map((line) => el("div", { class: "keys" }, ...[...line].map((letter) => key(letter, null, () => put(letter)))));
  const last = el(
    "div",
    { class: "keys" },
    key(" ", "Space", () => put(" ")),
    key("⌫", "Delete", () => write(search, [...search.input.value].slice(0, -1).join(""))),
    key("✕", "Clear", () => write(search, "")),
  );
  return el("div", { class: "keyboard", role: "group", aria: { label: "Letters" } }, ...lines, last);
}

function write(search, text) {
  search.input.value = [...text].slice(0, MOST).join("");
  later(search);
}

/** Asks once typing rests. */
function later(search) {
  clearTimeout(search.timer);
  search.timer = setTimeout(() => ask(search), REST_MS);
}

async function ask(search) {
  const text = search.input.value.trim();
  if (text === search.asked) return;
  search.asked = text;
  if (!text) {
    search.results.replaceChildren();
    search.status.textContent = "Type, or choose letters with the arrow keys and Enter.";
    return;
  }
  const { token, profileId } = person();
  search.status.textContent = `Searching for “${inSentence(text)}” …`;
  try {
    const { searchTitles } = await graphql(token, SEARCH, { profileId, text }, "searchTitles");
    // A slower answer to an earlier text must not replace a later one.
    if (search.asked === text) showResults(search, text, searchTitles);
  } catch (error) {
    if (search.asked !== text) return;
    search.asked = "";
    search.results.replaceChildren();
    search.status.textContent = error instanceof ViewerError ? `${error.message} ${error.detail}` : "Something went wrong here.";
    if (!(error instanceof ViewerError)) console.error(error);
  }
}

function showResults(search, text, { nodes, totalCount }) {
  const quoted = `“${inSentence(text)}”`;
  const open = (title) => runOne(() => openDetails(showIdOf(title), { why: `Found for ${quoted}`, token: null, key: undefined, removable: false }));
  search.results.replaceChildren(...nodes.map((title) => tile(title, open)));
  search.results.scrollTo?.({ top: 0 });
  const shown = totalCount > nodes.length ? `The first ${nodes.length} of ${totalCount} titles` : nodes.length === 1 ? "1 title" : `${nodes.length} titles`;
  search.status.textContent = nodes.length ? `${shown} for ${quoted}.` : `No title is found for ${quoted}.`;
}

function useKey(search, key, event) {
  const { input, view, screen } = search;
  if (!isTop(screen)) return false;
  const typing = event.target === input;
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const end = key === "ArrowRight" ? input.value.length : 0;
    if (typing && input.selectionEnd !== end) return false;
  }
  if (key.startsWith("Arrow")) {
    moveFocus(view, key);
    return true;
  }
  if (typing && key === "Enter") {
    const first = search.results.querySelector("button");
    if (first) focusOn(first);
    return true;
  }
  if (typing) return false;
  if (key === "Backspace") write(search, [...input.value].slice(0, -1).join(""));
  else if (event.key.length === 1 && event.key !== " ") write(search, input.value + event.key);
  else return false;
  return true;
}
