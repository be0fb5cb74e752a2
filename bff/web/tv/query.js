// The GraphQL documents of the home page. docs/tv-page.md shows the query with its response.

export const DEVICE = {
  formFactor: "TV",
  locale: "en",
  supports: ["SHELF", "LANDSCAPE", "NUMBERED"],
};

export const ROWS = 12;
export const CARDS = 20;

export const ART = "{ url fallbackUrl placeholder dominantColor focalPoint { x y } }";

const HOME_FIELDS = `
  snapshotId
  degradations { notice }
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
          userState { inList rating }
          tracking { cardToken }
        }
      }
    }
  }`;

export const HOME = `query TvHome($profileId: ID!, $device: DeviceInput!, $rows: Int!, $cards: Int!) {
  home(profileId: $profileId, device: $device) {${HOME_FIELDS}
  }
}`;

export const PROFILES = `query TvProfiles { profiles { id name kids maturityLimit } }`;
