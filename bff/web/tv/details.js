// The details page of a title: what it is, why it is here, how far it was watched, its episodes, and what is like it.

import { graphql } from "/tv/api.js";
import { frameFor, show } from "/tv/art.js";
import { moveFocus, focusOn } from "/tv/arrows.js";
import { castLine } from "/tv/billboard.js";
import { nameOf, progressBar, showIdOf } from "/tv/cards.js";
import { actionButtons } from "/tv/details_actions.js";
import { animate, el, inSentence, name } from "/tv/dom.js";
import { episodesSection } from "/tv/episodes.js";
import { person, runOne } from "/tv/home.js";
import { hideToast, toast } from "/tv/notices.js";
import { openScreen } from "/tv/screens.js";
import { tile } from "/tv/tiles.js";
import { DETAILS } from "/tv/title_query.js";

const KEYS = { " ": "play", MediaPlay: "play", MediaPlayPause: "play", l: "list", ColorF2Yellow: "list", u: "like", ColorF1Green: "like", d: "dislike", ColorF0Red: "dislike", r: "remove", n: "disown" };

/** `from`: {why, token, key, removable}: why it is here, and the card and row it was opened from, if any. */
export async function openDetails(titleId, from) {
  const data = await load(titleId);
  if (!data.title) {
    toast("This title cannot be shown.", "It may have left the service, or it may not suit this profile.");
    return;
  }
  hideToast();
  const view = el("div", { class: "details", role: "dialog", aria: { modal: "true", label: `Details of ${nameOf(data.title)}` } });
  const details = { titleId, from, view, data, reload: () => reload(details) };
  openScreen(view, { key: (key) => useKey(details, key) });
  view.replaceChildren(scene(data.title), el("div", { class: "page" }, about(details), ...(await below(details))));
  animate(view, [{ opacity: 0 }, { opacity: 1 }], { duration: 220 });
  view.querySelector(".actions button:not([disabled])")?.focus({ preventScroll: true });
  showNextUp(view);
}

/** The strip of episodes begins at the one to watch next. */
function showNextUp(view) {
  const next = view.querySelector(".episode.next");
  if (next) next.parentElement.scrollLeft = next.offsetLeft - next.parentElement.firstElementChild.offsetLeft;
}

const load = (titleId) => graphql(person().token, DETAILS, { id: titleId, profileId: person().profileId });

/** Reads the title again after a change and keeps the focus. */
async function reload(details) {
  const { view } = details;
  const data = await load(details.titleId);
  if (!data.title) return;
  details.data = data;
  const focused = document.activeElement.dataset?.act;
  view.querySelector(".about").replaceWith(about(details));
  const episodes = view.querySelector(".episodes");
  if (episodes) {
    episodes.replaceWith(await episodesSection(details));
    showNextUp(view);
  }
  const again = view.querySelector(`[data-act="${focused}"]:not([disabled])`) ?? view.querySelector(".actions button");
  if (!view.contains(document.activeElement)) again?.focus({ preventScroll: true });
}

function scene(title) {
  const frame = frameFor(title.backdrop);
  frame.classList.add("scene");
  frame.setAttribute("aria-hidden", "true");
  show(frame);
  return frame;
}

function about(details) {
  const { title } = details.data;
  const { state } = title;
  const facts = [title.metadataLine, title.maturity.accessibilityLabel].filter(Boolean);
  return el(
    "section",
    { class: "about" },
    el("p", { class: "eyebrow" }, name(details.from.why)),
    el("h1", {}, name(title.name)),
    el("p", { class: "facts" }, ...facts.map((fact) => el("span", {}, name(fact))), title.availability?.label && el("span", { class: "pill leaving_soon" }, title.availability.label)),
    progressLine(state),
    actionButtons(details),
    title.synopsis && el("p", { class: "synopsis", dir: "auto" }, title.synopsis),
    title.synopsisSource && el("p", { class: "source" }, `Text: ${title.synopsisSource}`),
    title.cast.length > 0 && castLine(title.cast),
  );
}

function progressLine({ progress, resume, nextEpisode, watched }) {
  const bar = progress ?? nextEpisode?.state.progress;
  const said = resume?.label ?? (watched ? "Watched to the end" : null);
  return said && el("p", { class: "resume" }, bar && progressBar(bar.percent), el("span", {}, name(said)));
}

async function below(details) {
  const { title, similar } = details.data;
  return [title.__typename === "Series" && (await episodesSection(details)), similarSection(title, similar?.nodes)].filter(Boolean);
}

function similarSection(title, nodes) {
  const heading = el("h2", {}, "More like this");
  if (!nodes) return el("section", { class: "similar" }, heading, el("p", {}, "Similar titles cannot be read at the moment."));
  if (!nodes.length) return null;
  const why = `Because it is like ${inSentence(nameOf(title))}`;
  const open = (one) => runOne(() => openDetails(showIdOf(one), { why, token: null, key: undefined, removable: false }));
  return el("section", { class: "similar", aria: { label: "More like this" } }, heading, el("div", { class: "strip" }, ...nodes.map((one) => tile(one, open))));
}

function useKey({ view }, key) {
  if (key.startsWith("Arrow")) {
    if (!view.contains(document.activeElement)) view.querySelector("button")?.focus();
    else if (!moveFocus(view, key) && key === "ArrowUp") view.scrollTo({ top: 0 });
    return true;
  }
  if (key === " " && document.activeElement.dataset?.act !== "play" && document.activeElement.tagName === "BUTTON") return false;
  const button = KEYS[key] && view.querySelector(`.actions [data-act="${KEYS[key]}"]`);
  if (!button) return false;
  focusOn(button);
  button.click();
  return true;
}
