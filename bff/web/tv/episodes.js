// The episodes of a series on its details page: a season at a time, each episode with its progress; "Next up" marks the
// one that playing the series begins.

import { graphql } from "/tv/api.js";
import { focusOn } from "/tv/arrows.js";
import { progressBar } from "/tv/cards.js";
import { el, name } from "/tv/dom.js";
import { person, runOne } from "/tv/home.js";
import { episodePlayable } from "/tv/playable.js";
import { lazyFrame } from "/tv/tiles.js";
import { EPISODES } from "/tv/title_query.js";
import { playTitle } from "/tv/title_actions.js";

export async function episodesSection(details) {
  const seasons = details.data.title.seasons?.nodes;
  const section = el("section", { class: "episodes", aria: { label: "Episodes" } }, el("h2", {}, "Episodes"));
  if (!seasons) section.append(el("p", {}, "The episodes cannot be read at the moment."));
  else if (!seasons.length) section.append(el("p", {}, "No episode can be shown yet."));
  else section.append(tabs(details, section, seasons), await strip(details, seasonNow(details, seasons)));
  return section;
}

/** The season that was chosen, else the one to watch next. */
function seasonNow(details, seasons) {
  const next = details.data.title.state.nextEpisode?.seasonNumber;
  details.season ??= seasons.some((one) => one.number === next) ? next : seasons[0].number;
  return details.season;
}

function tabs(details, section, seasons) {
  const now = seasonNow(details, seasons);
  const choose = (number) =>
    runOne(async () => {
      details.season = number;
      section.replaceWith(await episodesSection(details));
      focusOn(details.view.querySelector(`[data-act="season-${number}"]`));
    });
  const one = ({ number, label, episodeCount }) =>
    el(
      "button",
      { type: "button", class: "season", "data-act": `season-${number}`, aria: { pressed: String(number === now), label: `${label}, ${episodeCount === 1 ? "1 episode" : `${episodeCount} episodes`}` }, on: { click: () => choose(number) } },
      label,
    );
  return el("div", { class: "seasons", role: "group", aria: { label: "Seasons" } }, ...seasons.map(one));
}

async function strip(details, season) {
  const list = el("div", { class: "strip" });
  await addPage(details, list, season, null);
  return list;
}

async function addPage(details, list, season, after) {
  const { token, profileId } = person();
  const data = await graphql(token, EPISODES, { id: details.titleId, profileId, season, after });
  const found = data.title?.episodes;
  if (!found) {
    list.append(el("p", {}, "The episodes cannot be read at the moment."));
    return null;
  }
  const cards = found.nodes.map((episode) => episodeButton(details, episode));
  list.append(...cards);
  if (found.pageInfo.hasNextPage) list.append(moreButton(details, list, season, found.pageInfo.endCursor));
  return cards[0];
}

function moreButton(details, list, season, after) {
  const more = el("button", { type: "button", class: "more", on: { click: () => runOne(next) } }, "More episodes");
  const next = async () => {
    const first = await addPage(details, list, season, after);
    more.remove();
    if (first) focusOn(first);
  };
  return more;
}

function episodeButton(details, episode) {
  const { title } = details.data;
  const isNext = episode.id === title.state.nextEpisode?.id;
  const { progress, resume, watched } = episode.state;
  const said = resume?.label ?? (watched ? "Watched" : null);
  const playEpisode = () =>
    runOne(async () => {
      await playTitle(episodePlayable(episode, title, details.from.token), { title, key: details.from.key });
      await details.reload();
    });
  const spoken = [`Season ${episode.seasonNumber} episode ${episode.episodeNumber}, ${episode.name}`, isNext && "next up", said, episode.synopsis];
  return el(
    "button",
    { type: "button", class: isNext ? "episode next" : "episode", "data-act": `episode-${episode.id}`, aria: { label: spoken.filter(Boolean).join(". ") }, on: { click: playEpisode } },
    el("span", { class: "picture" }, lazyFrame(episode.landscape)),
    progress && progressBar(progress.percent),
    el("b", {}, `${episode.episodeNumber}. `, name(episode.name)),
    el("span", { class: "line" }, isNext && el("span", { class: "badge" }, "Next up"), name(said ?? episode.metadataLine)),
    episode.synopsis && el("span", { class: "told", dir: "auto" }, episode.synopsis),
  );
}
