// Simulated playback: 40 minutes pass in two seconds, and the server gets the events of a real player.

import { graphql, newEventId } from "/tv/api.js";
import { frameFor, show } from "/tv/art.js";
import { nameOf } from "/tv/cards.js";
import { animate, prefersReducedMotion, el } from "/tv/dom.js";
import { clearOverlay, cover } from "/tv/notices.js";
import { FIRST_EPISODE, RECORD } from "/tv/query.js";

const WATCH_SECONDS = 40 * 60;
const SHARE = 0.4;
const SHOW_MS = 2200;
const USUAL_SECONDS = 100 * 60;

let stopped = null;

export const isPlaying = () => stopped !== null;
export const stopPlaying = () => stopped?.();

/** Start and end position. Of a short title only a share is watched, so that it does not end at once. */
export function playbackSpan(from, duration) {
  const length = Math.min(WATCH_SECONDS, Math.round(duration * SHARE));
  return { from, to: Math.min(duration, from + length), duration };
}

/** Plays a card and returns the server's result. */
export async function play(person, card) {
  const playable = await findPlayable(person, card);
  const span = playbackSpan(playable.from, playable.duration);
  const watchedTo = await watch(card, playable, span);
  clearOverlay();
  const started = performance.now();
  const recorded = await record(person, card, playable.id, { ...span, to: watchedTo });
  return { ...recorded, minutes: Math.max(1, Math.round((watchedTo - span.from) / 60)), recordedMs: performance.now() - started };
}

async function findPlayable(person, card) {
  const { title, progress } = card;
  if (title.__typename === "Series") {
    const data = await graphql(person.token, FIRST_EPISODE, { id: title.id, profileId: person.profileId });
    const first = data.title.episodes?.nodes[0];
    if (first) return { id: first.id, from: 0, duration: first.runtimeSeconds ?? 45 * 60, label: `S${first.seasonNumber} E${first.episodeNumber} · ${first.name}` };
  }
  const duration = progress?.durationSeconds ?? title.runtimeSeconds ?? USUAL_SECONDS;
  return { id: title.id, from: progress?.positionSeconds ?? 0, duration, label: card.resume?.label ?? card.metadataLine };
}

/** Shows the player. Resolves with the final position: the end, or where Escape stopped it. */
function watch(card, playable, span) {
  const clock = el("span", { class: "clock" });
  const bar = el("span");
  const back = frameFor(card.backdrop);
  show(back);
  const dialog = el(
    "div",
    { class: "player", role: "dialog", aria: { label: `Playing ${nameOf(card.title)}` } },
    back,
    el("div", { class: "transport" }, el("p", { class: "now" }, "Now playing"), el("h1", {}, nameOf(card.title)), el("p", {}, playable.label), el("div", { class: "bar" }, bar), clock),
  );
  cover(dialog);
  animate(dialog, [{ opacity: 0 }, { opacity: 1 }], { duration: 300 });
  const length = prefersReducedMotion() ? SHOW_MS / 3 : SHOW_MS;
  return new Promise((resolve) => {
    const begun = performance.now();
    let now = span.from;
    const done = () => {
      stopped = null;
      resolve(Math.round(now));
    };
    stopped = done;
    const tick = () => {
      if (!stopped) return;
      const share = Math.min(1, (performance.now() - begun) / length);
      now = span.from + (span.to - span.from) * share * share * (3 - 2 * share);
      bar.style.transform = `scaleX(${now / span.duration})`;
      clock.textContent = `${time(now)} of ${time(span.duration)}`;
      if (share < 1) requestAnimationFrame(tick);
      else done();
    };
    tick();
  });
}

async function record(person, card, titleId, span) {
  const event = (type, at) => ({
    clientEventId: newEventId(),
    type,
    titleId,
    positionSeconds: at,
    durationSeconds: span.duration,
    trackingToken: card.tracking.cardToken,
  });
  const events = [event("PLAY", span.from), event("PROGRESS", span.to)];
  const data = await graphql(person.token, RECORD, { input: { profileId: person.profileId, device: "tv-page", events } });
  return data.eventsRecord;
}

function time(seconds) {
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return parts.map((part, index) => (index ? String(part).padStart(2, "0") : part)).join(":");
}
