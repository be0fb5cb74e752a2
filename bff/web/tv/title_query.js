// The GraphQL documents about one title: details, episodes, search, and what a viewer does with it.

import { ART } from "/tv/query.js";

const EPISODE = `
  id name synopsis runtimeSeconds seasonNumber episodeNumber seriesName metadataLine
  landscape: artwork(shape: LANDSCAPE, textless: true) ${ART}
  state { watched progress { percent positionSeconds durationSeconds } resume { label } }`;

const STATE = `
  id inList rating watched
  progress { percent positionSeconds durationSeconds }
  resume { kind label }
  nextEpisode {${EPISODE} }`;

const TILE = `
  __typename id name metadataLine
  poster: artwork(shape: POSTER) ${ART}
  ... on Episode { seriesId seriesName }`;

export const DETAILS = `query TvTitle($id: ID!, $profileId: ID!) {
  title(id: $id, profileId: $profileId) {
    __typename id name synopsis synopsisSource cast runtimeSeconds metadataLine
    maturity { accessibilityLabel }
    availability { label }
    backdrop: artwork(shape: HERO, textless: true) ${ART}
    state {${STATE} }
    ... on Series { seasons(first: 50) { nodes { number label episodeCount } } }
    ... on Episode { seriesId seriesName seasonNumber episodeNumber }
  }
  similar(titleId: $id, profileId: $profileId, first: 20) { nodes {${TILE} } }
}`;

export const PLAYABLE = `query TvPlayable($id: ID!, $profileId: ID!) {
  title(id: $id, profileId: $profileId) {
    __typename id name runtimeSeconds metadataLine
    backdrop: artwork(shape: HERO, textless: true) ${ART}
    state {${STATE} }
    ... on Episode { seriesName }
  }
}`;

export const EPISODES = `query TvEpisodes($id: ID!, $profileId: ID!, $season: Int!, $after: String) {
  title(id: $id, profileId: $profileId) {
    ... on Series {
      episodes(season: $season, first: 20, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {${EPISODE} }
      }
    }
  }
}`;

export const SEARCH = `query TvSearch($profileId: ID!, $text: String!) {
  searchTitles(profileId: $profileId, text: $text, first: 24) { totalCount nodes {${TILE} } }
}`;

const OUTCOME = `
    __typename
    ... on EventsRecorded {
      acceptedCount revision rejected { message }
      states {${STATE} }
    }
    ... on ProfileNotFound { message }
    ... on TryLater { message }`;

const mutation = (operation, field, input) => `mutation ${operation}($input: ${input}!) {
  ${field}(input: $input) {${OUTCOME}
  }
}`;

export const RECORD = mutation("TvWatched", "eventsRecord", "EventsRecordInput");
export const RATE = mutation("TvThumb", "titleRate", "TitleRateInput");
export const LIST_ADD = mutation("TvListAdd", "listAdd", "ListChangeInput");
export const LIST_REMOVE = mutation("TvListRemove", "listRemove", "ListChangeInput");
export const DISMISS = mutation("TvRemove", "continueWatchingRemove", "ContinueWatchingRemoveInput");
export const DISOWN = mutation("TvNotMe", "watchDisown", "WatchOwnershipInput");
export const ANSWER = mutation("TvAnswer", "onboardingAnswer", "OnboardingAnswerInput");
