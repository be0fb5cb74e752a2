// What the Play key plays: the movie, the episode, or the next episode of a series, from where it was left.

import { ViewerError, graphql } from "/tv/api.js";
import { PLAYABLE } from "/tv/title_query.js";

const USUAL_SECONDS = 100 * 60;
const USUAL_EPISODE_SECONDS = 45 * 60;

/** Asks the server. `token`: of the card it is played from. */
export async function findPlayable(person, titleId, token) {
  const { title } = await graphql(person.token, PLAYABLE, { id: titleId, profileId: person.profileId }, "title");
  return playableOf(title, token);
}

/** {id, showId, name, label, from, duration, backdrop, token}. Throws for a series without an episode to show. */
export function playableOf(title, token) {
  const next = title.state.nextEpisode;
  if (title.__typename === "Series") {
    if (!next) throw new ViewerError("episodes", "No episode can be played.", "Its episodes are not here yet, or cannot be read at the moment.");
    return episodePlayable(next, title, token);
  }
  const progress = title.state.progress;
  return {
    id: title.id,
    name: title.seriesName ?? title.name,
    label: title.state.resume?.label ?? title.metadataLine,
    from: progress?.positionSeconds ?? 0,
    duration: progress?.durationSeconds ?? title.runtimeSeconds ?? USUAL_SECONDS,
    backdrop: title.backdrop,
    token,
  };
}

export function episodePlayable(episode, series, token) {
  const progress = episode.state.progress;
  return {
    id: episode.id,
    name: series.name,
    label: `${episodeNumber(episode)} · ${episode.name}`,
    from: progress?.positionSeconds ?? 0,
    duration: progress?.durationSeconds ?? episode.runtimeSeconds ?? USUAL_EPISODE_SECONDS,
    backdrop: series.backdrop,
    token,
  };
}

export const fromTheStart = (playable) => ({ ...playable, from: 0 });

export const episodeNumber = ({ seasonNumber, episodeNumber: number }) => `S${seasonNumber} E${number}`;
