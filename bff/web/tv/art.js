// Pictures that arrive when they are needed: a blurred placeholder first, the art once it has loaded.

import { el } from "/tv/dom.js";
import { decodeThumbhash } from "/tv/thumbhash.js";

const FADE_MS = 400;

/** A frame that stays empty until `show` is called for it. */
export function frameFor(artwork) {
  const frame = el("div", { class: "art" });
  frame.style.backgroundColor = artwork.dominantColor;
  frame.artwork = artwork;
  return frame;
}

/** Fill a frame: called for cards near the screen only, so that a page does not load hundreds of pictures. */
export function show(frame) {
  if (!frame.artwork) return;
  const artwork = frame.artwork;
  frame.artwork = null;
  const blurred = placeholderOf(artwork.placeholder);
  if (blurred) frame.append(blurred);
  const picture = el("img", { alt: "", decoding: "async", draggable: "false" });
  picture.style.objectPosition = `${artwork.focalPoint.x * 100}% ${artwork.focalPoint.y * 100}%`;
  picture.src = artwork.url;
  const arrived = () => {
    picture.classList.add("here");
    setTimeout(() => blurred?.remove(), FADE_MS);
  };
  // A picture that cannot be had leaves its placeholder, which is no reason to trouble anybody.
  picture.decode().then(arrived, () => picture.remove());
  frame.append(picture);
}

function placeholderOf(hash) {
  const decoded = hash && decodeThumbhash(hash);
  if (!decoded) return null;
  const canvas = el("canvas", { width: decoded.width, height: decoded.height, aria: { hidden: "true" } });
  canvas.getContext("2d").putImageData(new ImageData(decoded.rgba, decoded.width, decoded.height), 0, 0);
  return canvas;
}
