// The trailer of the focused card: after the focus has rested for a while, muted, over the backdrop.

import { byId, el, prefersReducedMotion } from "/tv/dom.js";

const REST_MS = 1800;

let timer = 0;

/** Plays the card's trailer once. Without one, and for people who want less motion, the backdrop stays. */
export function playPreviewSoon(card) {
  stopPreview();
  if (!card.preview || prefersReducedMotion()) return;
  timer = setTimeout(() => playPreview(card.preview), REST_MS);
}

export function stopPreview() {
  clearTimeout(timer);
  byId("backdrop").querySelector("video")?.remove();
}

const isCovered = () => document.body.classList.contains("covered") || document.hidden;

function playPreview(preview) {
  if (isCovered()) return;
  const video = el("video", { class: "preview", aria: { hidden: "true" }, tabindex: "-1" });
  // As properties: a video that is not muted from the start may not play by itself.
  Object.assign(video, { muted: true, playsInline: true, src: preview.url });
  video.addEventListener("playing", () => video.classList.add("here"));
  // The player and the messages cover the page without moving the focus.
  video.addEventListener("timeupdate", () => isCovered() && video.remove());
  video.addEventListener("ended", () => video.remove());
  video.addEventListener("error", () => video.remove());
  byId("backdrop").append(video);
  video.play().catch(() => video.remove());
}
