// What every peer serves: the same SDL, and home pages whose cards point at titles that all pages share.
// Everything is made beforehand and lies in memory; default resolvers do the rest.
// Usage of each server: node SERVER PORT FOLDER [VALKEY_URL]

import { readFileSync } from "node:fs";
import { join } from "node:path";

const [port, folder, valkeyUrl] = process.argv.slice(2);

export const PORT = Number(port);
export const sdl = readFileSync(join(folder, "schema.graphql"), "utf8");

const titles = new Map(Object.entries(JSON.parse(readFileSync(join(folder, "titles.json"), "utf8"))));
const lookUp = valkeyUrl ? await pagesInValkey(valkeyUrl) : pagesInMemory();

export const resolvers = {
  Query: { home: (_, { profileId }) => lookUp(profileId) },
  Home: { rows: (home, { first }) => firstOf(home.rows, first) },
  Row: { cards: (row, { first }) => firstOf(row.cards, first) },
  Card: {
    artwork: (card, { shape }) => card.title.art[shape],
    backdrop: (card) => card.title.art.HERO,
  },
};

// The whole list as it is, unless less of it is asked for. A row that could not be had has none.
function firstOf(list, first) {
  return list === null || list.nodes.length <= first ? list : { ...list, nodes: list.nodes.slice(0, first) };
}

function joined(home) {
  for (const row of home.rows.nodes) {
    for (const card of row.cards?.nodes ?? []) card.title = titles.get(card.title);
  }
  return home;
}

function pagesInMemory() {
  const homes = new Map();
  for (const line of readFileSync(join(folder, "homes.jsonl"), "utf8").split("\n")) {
    if (line) {
      const { profileId, home } = JSON.parse(line);
      homes.set(profileId, joined(home));
    }
  }
  return (profileId) => homes.get(profileId);
}

// One GET for each page, as Marquee does with a warm one.
async function pagesInValkey(url) {
  const { Redis } = await import("ioredis");
  const valkey = new Redis(url);
  return async (profileId) => joined(JSON.parse(await valkey.get(`bench:peers:${profileId}`)));
}
