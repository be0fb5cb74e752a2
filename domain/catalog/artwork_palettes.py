"""48 curated palettes for generated artwork, by mood, tuned for a dark TV page.

Dark background, middle colour, light accent that stays readable as text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

Palette = tuple[str, str, str]

MOODS: dict[str, tuple[Palette, ...]] = {
    "dread": (
        ("#14060a", "#8c1c2f", "#f2b5a7"),
        ("#0b0d10", "#6b1420", "#e8dccb"),
        ("#12080f", "#5e1f4b", "#e7a6c8"),
        ("#0a100c", "#3d5a3a", "#d3e0a9"),
        ("#100a06", "#7a3312", "#f0b98a"),
        ("#0c0a14", "#41306b", "#c9b6ee"),
    ),
    "night": (
        ("#080f1a", "#1f4e79", "#a9d3f5"),
        ("#0a1416", "#1d6a6f", "#a4e5dc"),
        ("#0e0f14", "#4a5568", "#d8dee9"),
        ("#120d0a", "#8a4b1f", "#f5cf9b"),
        ("#0d0b17", "#3b3a8a", "#b9bdf7"),
        ("#0b1210", "#2c5f4f", "#b7e3c9"),
    ),
    "frontier": (
        ("#170d06", "#a4541d", "#f7cd94"),
        ("#140f08", "#8f6a26", "#f2dfae"),
        ("#130a07", "#93402b", "#f3bea2"),
        ("#0f100a", "#6d6b35", "#e3e0ae"),
        ("#151009", "#b0742a", "#fbe3b3"),
        ("#0e0c0b", "#6b5347", "#e6d3c5"),
    ),
    "beyond": (
        ("#080a1c", "#3a39c9", "#b0c4ff"),
        ("#07121b", "#0f7fa6", "#9ff0f4"),
        ("#10081c", "#7a2fc2", "#e2b8ff"),
        ("#061412", "#0d8f7d", "#aef7df"),
        ("#140720", "#b02a8f", "#ffb3e2"),
        ("#0a0c18", "#2b62c4", "#c2e0ff"),
    ),
    "heart": (
        ("#1a0a12", "#c2416b", "#ffc9d6"),
        ("#190c0c", "#c8564b", "#ffd2c2"),
        ("#150a16", "#9a4aa6", "#f0c6f2"),
        ("#180e09", "#cc7443", "#ffdcba"),
        ("#10101c", "#6a6fc0", "#d9dcff"),
        ("#170b0f", "#a83a52", "#f9c4b4"),
    ),
    "laughter": (
        ("#171004", "#d99a1c", "#fff0b8"),
        ("#06151a", "#1b9bb8", "#c4f4ff"),
        ("#180b05", "#e0662b", "#ffd9b5"),
        ("#0a1508", "#5aa632", "#e1f7b5"),
        ("#170a14", "#d64a95", "#ffcfe6"),
        ("#0d0f1d", "#5170e0", "#d3deff"),
    ),
    "play": (
        ("#081420", "#2a8fe0", "#d0efff"),
        ("#0d1708", "#6cbf3a", "#eaffc4"),
        ("#1a0f06", "#f08c2e", "#ffe6bd"),
        ("#150a1c", "#a35ae0", "#efd6ff"),
        ("#06171a", "#17b3a6", "#c9fff2"),
        ("#1b0a0c", "#ec5a5a", "#ffd6cf"),
    ),
    "truth": (
        ("#07120f", "#2f7d5b", "#c3efd3"),
        ("#0a1118", "#3c6e91", "#cfe6f5"),
        ("#12100c", "#8b7a55", "#efe6cf"),
        ("#0f120a", "#728a34", "#e5efb8"),
        ("#130e0c", "#9c5f43", "#f2d2bd"),
        ("#0c0f13", "#566b7d", "#dbe6ee"),
    ),
}

_MOOD_OF_GENRE = {
    "Horror": "dread",
    "Animation": "play",
    "Family": "play",
    "Science Fiction": "beyond",
    "Fantasy": "beyond",
    "Western": "frontier",
    "War": "frontier",
    "History": "frontier",
    "Film Noir": "night",
    "Crime": "night",
    "Mystery": "night",
    "Thriller": "night",
    "Documentary": "truth",
    "Biography": "truth",
    "Sport": "truth",
    "Talk": "truth",
    "Romance": "heart",
    "Music": "heart",
    "Comedy": "laughter",
    "Reality": "laughter",
    "Adventure": "frontier",
    "Action": "night",
}
"""Strongest first."""

_PLAIN_MOODS = ("heart", "night", "truth")


def palette_for(key: str, genres: Sequence[str]) -> Palette:
    """The same for a key each time."""
    draw = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big")
    palettes = MOODS[mood_of(genres) or _PLAIN_MOODS[draw % len(_PLAIN_MOODS)]]
    return palettes[(draw >> 8) % len(palettes)]


def mood_of(genres: Sequence[str]) -> str | None:
    return next((mood for genre, mood in _MOOD_OF_GENRE.items() if genre in genres), None)
