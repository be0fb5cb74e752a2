// The GraphQL documents of this page. docs/tv-page.md shows the query with its response.

export const DEVICE = {
  formFactor: "TV",
  locale: "en",
  supports: ["SHELF", "LANDSCAPE", "NUMBERED"],
};

export const ROWS = 12;
export const CARDS = 20;

const ART = "{ url fallbackUrl placeholder dominantColor focalPoint { x y } }";

const HOME_FIELDS = `
  snapshotId
  degradations { what servedInstead }
  rows(first: $rows) {
    nodes {
      id kind title subtitle accessibilityLabel capabilities
      reason { text }
      presentation { style cardShape numbered showTitles }
      cards(first: $cards) {
        nodes {
          cardId metadataLine accessibilityLabel
          title {
            __typename id name synopsis cast runtimeSeconds
            ... on Episode { seriesId seriesName }
          }
          poster: artwork(shape: POSTER) ${ART}
          landscape: artwork(shape: LANDSCAPE) ${ART}
          backdrop ${ART}
          preview { url }
          badges { kind label }
          reason { text }
          progress { percent positionSeconds durationSeconds }
          resume { label }
          userState { inList }
          tracking { cardToken }
        }
      }
    }
  }`;

export const HOME = `query TvHome($profileId: ID!, $device: DeviceInput!, $rows: Int!, $cards: Int!) {
  home(profileId: $profileId, device: $device) {${HOME_FIELDS}
  }
}`;

export const FIRST_EPISODE = `query TvFirstEpisode($id: ID!, $profileId: ID!) {
  title(id: $id, profileId: $profileId) {
    ... on Series { episodes(first: 1) { nodes { id name runtimeSeconds seasonNumber episodeNumber } } }
  }
}`;

const OUTCOME = `
    __typename
    ... on EventsRecorded { acceptedCount duplicateCount revision rejected { message } }
    ... on ProfileNotFound { message }
    ... on TryLater { message retryAfterMs }`;

export const RECORD = `mutation TvWatched($input: EventsRecordInput!) {
  eventsRecord(input: $input) {${OUTCOME}
  }
}`;

export const DISMISS = `mutation TvRemove($input: ContinueWatchingRemoveInput!) {
  continueWatchingRemove(input: $input) {${OUTCOME}
  }
}`;

export const DISOWN = `mutation TvNotMe($input: WatchOwnershipInput!) {
  watchDisown(input: $input) {${OUTCOME}
  }
}`;
