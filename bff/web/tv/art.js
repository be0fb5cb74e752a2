// Pictures that load on demand: first a blurred placeholder, then the artwork.

import { el } from "/tv/dom.js";
import { decodeThumbhash } from "/tv/thumbhash.js";

const FADE_MS = 400;

/** A frame that is empty until `show` fills it. */
export function frameFor(artwork) {
  const frame = el("div", { class: "art" });
  frame.style.backgroundColor = artwork.dominantColor;
  frame.artwork = artwork;
  return frame;
}

/** Fill a frame. Only cards near the screen need it, so that a page does not load hundreds of pictures. */
export function show(frame) {
  if (!frame.artwork) return;
  const artwork = frame.artwork;
  frame.artwork = null;
  const blurred = drawPlaceholder(artwork.placeholder);
  if (blurred) frame.append(blurred);
  const picture = el("img", { alt: "", decoding: "async", draggable: "false" });
  picture.style.objectPosition = `${artwork.focalPoint.x * 100}% ${artwork.focalPoint.y * 100}%`;
  const arrived = () => {
    picture.classList.add("here");
    setTimeout(() => blurred?.remove(), FADE_MS);
  };
  // An own picture that cannot be loaded gives way to the drawn one; if that fails too, the placeholder stays.
  load(picture, artwork.url)
    .catch(() => load(picture, artwork.fallbackUrl))
    .then(arrived, () => picture.remove());
  frame.append(picture);
}

function load(picture, address) {
  picture.src = address;
  return picture.decode();
}

function drawPlaceholder(hash) {
  const decoded = hash && decodeThumbhash(hash);
  if (!decoded) return null;
  const canvas = el("canvas", { width: decoded.width, height: decoded.height, aria: { hidden: "true" } });
  canvas.getContext("2d").putImageData(new ImageData(decoded.rgba, decoded.width, decoded.height), 0, 0);
  return canvas;
}
