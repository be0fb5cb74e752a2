// Titles outside the home page's rows: similar titles and search results, as buttons.

import { frameFor, show } from "/tv/art.js";
import { nameOf } from "/tv/cards.js";
import { el, name } from "/tv/dom.js";

const seen = new IntersectionObserver((entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => load(entry.target)), { rootMargin: "200px" });

function load(frame) {
  seen.unobserve(frame);
  show(frame);
}

/** A frame that loads its picture once it comes near the screen. */
export function lazyFrame(artwork) {
  const frame = frameFor(artwork);
  seen.observe(frame);
  return frame;
}

export function tile(title, choose) {
  return el(
    "button",
    { type: "button", class: "tile", "data-title": title.id, aria: { label: `${nameOf(title)}, ${title.metadataLine}` }, on: { click: () => choose(title) } },
    el("span", { class: "picture" }, lazyFrame(title.poster)),
    el("b", {}, name(nameOf(title))),
    el("span", { class: "line" }, name(title.metadataLine)),
  );
}
