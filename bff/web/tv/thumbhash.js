// Decodes opaque ThumbHash placeholders (https://evanw.github.io/thumbhash/). Marquee sends no others.

const LONG_SIDE = 32;

/** {width, height, rgba} of a base64 hash; null for an invalid one. */
export function decodeThumbhash(base64) {
  let bytes;
  try {
    bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
  if (bytes.length < 6) return null;
  const first = bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
  const second = bytes[3] | (bytes[4] << 8);
  const landscape = second >> 15;
  const across = landscape ? 7 : second & 7;
  const down = landscape ? second & 7 : 7;
  let nibble = 0;
  const channel = (mean, scale, nx, ny) => ({ mean, nx, ny, terms: readTerms(bytes, scale, nx, ny, () => nibble++) });
  const light = channel((first & 63) / 63, ((first >> 18) & 31) / 31, Math.max(3, across), Math.max(3, down));
  // Slightly stronger colour: four bits per coefficient lose some of it.
  const yellow = channel(((first >> 6) & 63) / 31.5 - 1, (((second >> 3) & 63) / 63) * 1.25, 3, 3);
  const red = channel(((first >> 12) & 63) / 31.5 - 1, (((second >> 9) & 63) / 63) * 1.25, 3, 3);
  const ratio = across / down;
  const width = Math.round(ratio > 1 ? LONG_SIDE : LONG_SIDE * ratio);
  const height = Math.round(ratio > 1 ? LONG_SIDE / ratio : LONG_SIDE);
  return { width, height, rgba: paint(width, height, light, yellow, red) };
}

function readTerms(bytes, scale, nx, ny, next) {
  const terms = [];
  for (let y = 0; y < ny; y++) {
    for (let x = y ? 0 : 1; x * ny < nx * (ny - y); x++) {
      const index = next();
      const value = (bytes[5 + (index >> 1)] >> ((index & 1) << 2)) & 15;
      terms.push([x, y, (value / 7.5 - 1) * scale * 2]);
    }
  }
  return terms;
}

function paint(width, height, light, yellow, red) {
  const rgba = new Uint8ClampedArray(width * height * 4);
  const waves = (length) =>
    Array.from({ length: 8 }, (_, term) => Array.from({ length }, (_, at) => Math.cos((Math.PI / length) * (at + 0.5) * term)));
  const fx = waves(width);
  const fy = waves(height);
  const value = (channel, x, y) =>
    channel.terms.reduce((sum, [cx, cy, weight]) => sum + weight * fx[cx][x] * fy[cy][y], channel.mean);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const l = value(light, x, y);
      const p = value(yellow, x, y);
      const q = value(red, x, y);
      const blue = l - (2 / 3) * p;
      const redPart = (3 * l - blue + q) / 2;
      rgba.set([255 * redPart, 255 * (redPart - q), 255 * blue, 255], at);
    }
  }
  return rgba;
}
