"""The schema as SDL, served at /schema.graphql and equal to the committed file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from resolvers.schema import schema

SDL_FILE = Path(__file__).resolve().parents[2] / "schema.graphql"


@cache
def sdl() -> str:
    """Ends with one line feed."""
    return schema.as_str().rstrip("\n") + "\n"
