"""What each value of the published enums means, for those who read the schema."""

from __future__ import annotations

from collections.abc import Mapping

VALUES: Mapping[str, Mapping[str, str]] = {
    "RowKind": {
        "CONTINUE_WATCHING": "Begun and not finished, and next episodes.",
        "TOP_PICKS": "Chosen for this profile; for one without history, what is popular.",
        "BECAUSE_YOU_WATCHED": "Like one title that this profile finished or liked.",
        "BECAUSE_YOU_LIKED": "Like one title that this profile gave a thumb up.",
        "TRENDING": "Watched more than usual, here or everywhere.",
        "NEW_RELEASES": "Came to the service last.",
        "GENRE": "The most watched of one genre.",
        "MY_LIST": "What the viewer saved.",
        "WATCH_AGAIN": "Finished and loved, worth another evening.",
        "LEAVING_SOON": "Licences that end within two weeks.",
        "EDITORIAL": "Chosen by hand.",
        "ONBOARDING": "Titles to tell a new profile's taste by.",
    },
    "RowStyle": {
        "SHELF": "A plain row; every client can draw it.",
        "LANDSCAPE": "Wide cards.",
        "NUMBERED": "A chart, with the place beside each card.",
        "HERO": "One card at a time, as wide as the screen.",
    },
    "CardShape": {"POSTER": "2:3.", "LANDSCAPE": "16:9.", "SQUARE": "1:1."},
    "ArtworkShape": {
        "HERO": "21:9, without text.",
        "LANDSCAPE": "16:9.",
        "POSTER": "2:3.",
        "SQUARE": "1:1.",
        "FOUR_THREE": "4:3.",
    },
    "ResumeKind": {
        "CONTINUE": "Carry on where playback stopped.",
        "NEXT": "Begin the next episode.",
        "NEW": "Begin an episode that came out since.",
    },
    "FreshnessSource": {
        "BATCH": "Computed by the night shift.",
        "NEARLINE": "Updated by events.",
        "LIVE": "Read just now.",
        "FALLBACK": "A stand-in.",
    },
    "DegradationKind": {
        "ROW_UNAVAILABLE": "A row is left out.",
        "PROFILE_UNAVAILABLE": "Nothing personal is shown, only what suits everybody.",
        "RECOMMENDATIONS_UNAVAILABLE": "What is popular stands in for personal picks.",
        "LAYOUT_UNAVAILABLE": "The layout that ships with Marquee stands in.",
        "CATALOG_UNAVAILABLE": "No titles can be shown.",
    },
    "ReasonKind": {
        "CONTINUE": "It was begun.",
        "TASTE": "It fits what this profile watches and likes.",
        "BECAUSE_YOU_WATCHED": "It is like a title this profile finished.",
        "BECAUSE_YOU_LIKED": "It is like a title this profile liked.",
        "POPULAR": "Many watch it.",
        "TRENDING": "More watch it than usual.",
        "NEW": "It has just arrived.",
        "GENRE": "It is of this genre.",
        "MY_LIST": "It was saved.",
    },
    "TitleKind": {"MOVIE": "A film.", "SERIES": "A series.", "EPISODE": "An episode of a series."},
    "EventType": {
        "PLAY": "Playback began.",
        "PROGRESS": "Where playback stands; needs `positionSeconds`.",
        "COMPLETE": "Watched to the end.",
        "LIKE": "Thumbs up.",
        "DISLIKE": "Thumbs down.",
        "UNRATE": "A verdict taken back.",
        "RATING": "Stars; needs `stars`.",
        "LIST_ADD": "Put on My List.",
        "LIST_REMOVE": "Taken off My List.",
        "IMPRESSION": "A card was on the screen for a second or more; needs `trackingToken`.",
    },
    "FormFactor": {
        "TV": "A television or a box beside it.",
        "WEB": "A browser.",
        "MOBILE": "A phone.",
        "TABLET": "A tablet.",
    },
    "RefreshTrigger": {
        "PLAYBACK_ENDED": "The viewer left the player.",
        "LIST_CHANGED": "A title went on or off My List.",
        "RATING_CHANGED": "A title was rated.",
        "TIME": "`after` has passed.",
    },
    "RowCapability": {"LIST_REMOVE": "Its cards can be taken off My List."},
    "BadgeKind": {
        "NEW": "Came to the service in the last two weeks.",
        "LEAVING_SOON": "Goes within two weeks.",
        "TOP_10": "Its place in a chart.",
    },
    "ActionKind": {
        "PLAY": "Play from the start.",
        "RESUME": "Play from where it stopped.",
        "DETAILS": "Show its page.",
        "LIST_ADD": "Put it on My List.",
        "LIST_REMOVE": "Take it off My List.",
    },
    "Verdict": {
        "LIKE": "Thumbs up.",
        "DISLIKE": "Thumbs down.",
        "NONE": "Neither: takes an earlier one back.",
    },
}
