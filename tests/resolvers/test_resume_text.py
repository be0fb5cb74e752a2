"""What is resumed, drawn and spoken."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.candidates.model import Candidate
from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.page.model import Card
from domain.viewers.continue_watching import Resume, ResumeKind
from resolvers.display_text import card_label, resume_label
from tests.domain.made import DE, HOUR, NOW, a_title, an_episode

EPISODE = an_episode("s1", 2, 4, name="The Gauge", series_name="Tidewater", genres=("Drama", "Crime"))


def a_card(title: Title, resume: Resume) -> Card:
    return Card(title, Candidate(title.id, "test", None, resume=resume), 0, None)


def a_resume(kind: ResumeKind, position: int = 0, length: int = 2700) -> Resume:
    return Resume(kind, TitleId("x"), NOW - HOUR, position, length)


GO_ON, NEXT, NEW = ResumeKind.CONTINUE, ResumeKind.NEXT, ResumeKind.NEW


@pytest.mark.parametrize(
    ("title", "resume", "drawn", "spoken"),
    [
        (
            EPISODE,
            a_resume(GO_ON, 1320),
            "S2 E4 · 23 min left",
            "Tidewater, The Gauge, episode, 2024, 45 minutes, suitable for all ages, "
            "season 2 episode 4, 23 minutes left.",
        ),
        (
            EPISODE,
            a_resume(NEXT),
            "Next: S2 E4",
            "Tidewater, The Gauge, episode, 2024, 45 minutes, suitable for all ages, next, season 2 episode 4.",
        ),
        (
            EPISODE,
            a_resume(NEW),
            "New: S2 E4",
            "Tidewater, The Gauge, episode, 2024, 45 minutes, suitable for all ages, new, season 2 episode 4.",
        ),
        (
            a_title("m1"),
            a_resume(GO_ON, 7400, 7440),
            "1 min left",
            "Movie m1, movie, 2024, 2 hours 4 minutes, suitable for all ages, 1 minute left.",
        ),
        (
            replace(EPISODE, season=0, episode=1),
            a_resume(NEXT),
            "Next: S0 E1",
            "Tidewater, The Gauge, episode, 2024, 45 minutes, suitable for all ages, next, season 0 episode 1.",
        ),
        (
            replace(EPISODE, season=3, episode=0),
            a_resume(GO_ON, 1320),
            "S3 E0 · 23 min left",
            "Tidewater, The Gauge, episode, 2024, 45 minutes, suitable for all ages, "
            "season 3 episode 0, 23 minutes left.",
        ),
        (
            replace(EPISODE, season=None, episode=None),
            a_resume(NEW),
            "New: The Gauge",
            "Tidewater, The Gauge, episode, 2024, 45 minutes, suitable for all ages, new, The Gauge.",
        ),
        (
            a_title("m1", runtime_seconds=10_800),
            a_resume(GO_ON, 3420, 10_800),
            "2 h 3 min left",
            "Movie m1, movie, 2024, 3 hours, suitable for all ages, 2 hours 3 minutes left.",
        ),
        (
            a_title("m1", runtime_seconds=None),
            a_resume(GO_ON, 720, 0),
            "12 min in",
            "Movie m1, movie, 2024, suitable for all ages, 12 minutes in.",
        ),
    ],
)
def test_what_is_resumed_is_drawn_and_spoken(title: Title, resume: Resume, drawn: str, spoken: str) -> None:
    assert resume_label(resume, title) == drawn
    assert card_label(a_card(title, resume), DE) == spoken
