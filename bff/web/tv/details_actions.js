// The buttons of the details page. A pressed thumb or list button takes itself back.

import { el, icon, name } from "/tv/dom.js";
import { runOne } from "/tv/home.js";
import { episodeNumber, fromTheStart, playableOf } from "/tv/playable.js";
import { disownTitle, listTitle, playTitle, rateTitle, removeTitle } from "/tv/title_actions.js";

export function actionButtons(details) {
  const { title } = details.data;
  const { state } = title;
  const series = title.__typename === "Series";
  const begun = state.progress ?? state.nextEpisode?.state.progress;
  const touched = begun || state.resume || state.watched;
  const playable = !series || state.nextEpisode;
  const playFrom = (change) => () => playTitle(change(playableOf(title, details.from.token)), subjectOf(details));
  const toggle = (verdict, now) => () => rateTitle(subjectOf(details), now ? "NONE" : verdict);
  const likes = state.rating > 0;
  const dislikes = state.rating < 0;
  return el(
    "div",
    { class: "actions", role: "group", aria: { label: "What to do" } },
    button(details, "play", [icon("play"), name(playText(title))], playFrom((one) => one), { main: true, disabled: !playable }),
    begun && button(details, "restart", [series ? "This episode from its start" : "From the start"], playFrom(fromTheStart)),
    button(details, "list", [state.inList && icon("check"), state.inList ? "On My List" : "Add to My List"], () => listTitle(subjectOf(details), !state.inList), { pressed: state.inList }),
    button(details, "like", [icon("up"), likes ? "You like it" : "Like"], toggle("LIKE", likes), { pressed: likes }),
    button(details, "dislike", [icon("down"), "Not for me"], toggle("DISLIKE", dislikes), { pressed: dislikes }),
    details.from.removable && button(details, "remove", ["Remove from row"], () => removed(details)),
    touched && button(details, "disown", ["This was not me"], () => disownTitle(subjectOf(details))),
  );
}

const subjectOf = ({ data, from }) => ({ title: data.title, token: from.token, key: from.key });

function playText({ __typename, state }) {
  if (state.resume) return state.resume.kind === "CONTINUE" ? `Resume · ${state.resume.label}` : `Play · ${state.resume.label}`;
  if (__typename !== "Series") return "Play";
  return state.nextEpisode ? `Play ${episodeNumber(state.nextEpisode)}` : "No episode can be played yet";
}

async function removed(details) {
  await removeTitle(subjectOf(details));
  details.from = { ...details.from, removable: false };
}

function button(details, act, content, action, { main = false, pressed = null, disabled = false } = {}) {
  const run = () =>
    runOne(async () => {
      await action();
      await details.reload();
    });
  const aria = pressed === null ? {} : { pressed: String(pressed) };
  return el("button", { type: "button", class: main ? "act main" : "act", "data-act": act, disabled, aria, on: { click: run } }, ...content);
}
