// Simulated playback: 40 minutes pass in two seconds, and the server gets the events of a real player.

import { graphql, newEventId } from "/tv/api.js";
import { frameFor, show } from "/tv/art.js";
import { animate, prefersReducedMotion, el, name } from "/tv/dom.js";
import { closeScreen, openScreen } from "/tv/screens.js";
import { RECORD } from "/tv/title_query.js";

const WATCH_SECONDS = 40 * 60;
const SHARE = 0.4;
const SHOW_MS = 2200;
const STOP_KEYS = new Set(["Escape", "Backspace", "Enter", "GoBack", "MediaStop", "MediaPlayPause"]);

/** Start and end position. Of a short title only a share is watched, so that it does not end at once. */
export function playbackSpan(from, duration) {
  const length = Math.min(WATCH_SECONDS, Math.round(duration * SHARE));
  return { from, to: Math.min(duration, from + length), duration };
}

/** Plays what `playable.js` describes and returns the server's result. */
export async function play(person, playable) {
  const span = playbackSpan(playable.from, playable.duration);
  const watchedTo = await watch(playable, span);
  const started = performance.now();
  const recorded = await record(person, playable, { ...span, to: watchedTo });
  return { ...recorded, minutes: Math.max(1, Math.round((watchedTo - span.from) / 60)), recordedMs: performance.now() - started };
}

/** Shows the player. Resolves with the final position: the end, or where Escape stopped it. */
function watch(playable, span) {
  const clock = el("span", { class: "clock" });
  const bar = el("span");
  const back = frameFor(playable.backdrop);
  show(back);
  const dialog = el(
    "div",
    { class: "player", role: "dialog", tabindex: "-1", aria: { label: `Playing ${playable.name}` } },
    back,
    el("div", { class: "transport" }, el("p", { class: "now" }, "Now playing"), el("h1", { dir: "auto" }, playable.name), el("p", {}, name(playable.label)), el("div", { class: "bar" }, bar), clock),
  );
  return new Promise((resolve) => {
    const length = prefersReducedMotion() ? SHOW_MS / 3 : SHOW_MS;
    const begun = performance.now();
    let now = span.from;
    const screen = openScreen(dialog, {
      key: (key) => {
        if (STOP_KEYS.has(key)) closeScreen(screen);
        return key !== "Tab";
      },
      closed: () => resolve(Math.round(now)),
    });
    dialog.focus();
    animate(dialog, [{ opacity: 0 }, { opacity: 1 }], { duration: 300 });
    const tick = () => {
      if (!dialog.isConnected) return;
      const share = Math.min(1, (performance.now() - begun) / length);
      now = span.from + (span.to - span.from) * share * share * (3 - 2 * share);
      bar.style.transform = `scaleX(${now / span.duration})`;
      clock.textContent = `${time(now)} of ${time(span.duration)}`;
      if (share < 1) requestAnimationFrame(tick);
      else closeScreen(screen);
    };
    tick();
  });
}

async function record(person, playable, span) {
  const event = (type, at) => ({
    clientEventId: newEventId(),
    type,
    titleId: playable.id,
    positionSeconds: at,
    durationSeconds: span.duration,
    ...(playable.token ? { trackingToken: playable.token } : {}),
  });
  const events = [event("PLAY", span.from), event("PROGRESS", span.to)];
  const data = await graphql(person.token, RECORD, { input: { profileId: person.profileId, device: "tv-page", events } }, "eventsRecord");
  return data.eventsRecord;
}

function time(seconds) {
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return parts.map((part, index) => (index ? String(part).padStart(2, "0") : part)).join(":");
}
