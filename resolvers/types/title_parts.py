"""Small types of a title: whom it suits, until when it is here, how far it was watched."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime

import strawberry

from domain.catalog.maturity_ratings import spoken_rating
from domain.catalog.titles import Title as DomainTitle
from domain.viewers.activity import Activity
from domain.viewers.continue_watching import Resume, ResumeKind
from domain.viewers.profiles import Audience
from resolvers.display_text import availability_label, episode_number, resume_label
from resolvers.execution import render_key
from resolvers.types.actions import play_link


@strawberry.type(description="Who a title suits.")
class Maturity:
    rating: str = strawberry.field(
        description='As printed in the viewer\'s region: "TV-14" where its board said so, else "14+"; "NR": unrated.'
    )
    age: int | None = strawberry.field(description="Age it suits, 0 for everybody; null when unrated.")
    accessibility_label: str = strawberry.field(
        description='As spoken, with the age of the rating: "suitable from age 13".'
    )


@strawberry.type(description="Until when a title can be watched here.")
class Availability:
    starts_at: datetime = strawberry.field(description="First instant it could be watched.")
    ends_at: datetime | None = strawberry.field(
        description="First instant it is gone; null for no end in sight."
    )
    label: str | None = strawberry.field(description='"Leaves in 3 days" when the end is near, else null.')


@strawberry.type(description="A place among the episodes of a series.")
class EpisodePlace:
    season_number: int = strawberry.field(description="The season.")
    episode_number: int = strawberry.field(description="The number in the season.")


@strawberry.type(description="How an episode is numbered.")
class EpisodeNumbering:
    label: str = strawberry.field(
        description='"S2 E4", "S1 E1-E2" of a double one, "S2026 E45" of a daily show; "30 Nov 2026": a day alone.'
    )
    last_episode: int | None = strawberry.field(
        description="Last number of a double episode, such as 2 of S1 E1-E2; else null."
    )
    air_date: str | None = strawberry.field(
        description='Day it aired, such as "2026-11-30"; null: not known.'
    )


def numbering_of(title: DomainTitle) -> EpisodeNumbering:
    day = title.air_date.isoformat() if title.air_date else None
    return EpisodeNumbering(label=episode_number(title), last_episode=title.last_episode, air_date=day)


def maturity_of(title: DomainTitle, audience: Audience) -> Maturity:
    age, label = title.maturity_age_in(audience.region), title.maturity_label_in(audience.region)
    return Maturity(rating=label, age=age, accessibility_label=spoken_rating(label, audience.region))


def availability_of(title: DomainTitle, audience: Audience) -> Availability | None:
    stretch = title.current_stretch(audience.region, audience.now)
    if stretch is None:
        return None
    label = availability_label(stretch.ends_at, audience.now, audience.region)
    return Availability(starts_at=stretch.starts_at, ends_at=stretch.ends_at, label=label)


@strawberry.type(description="How far this profile has watched.")
class Progress:
    position_seconds: int = strawberry.field(description="Where playback stands.")
    duration_seconds: int = strawberry.field(description="Length of the title.")
    percent: int = strawberry.field(description="0 to 100, for the bar.")
    updated_at: datetime = strawberry.field(description="When it was last watched.")


@strawberry.type(description="What playing this card carries on with.")
class ResumePoint:
    kind: ResumeKind = strawberry.field(description="Carry on, or begin the next episode.")
    label: str = strawberry.field(description='"S2 E4 · 23 min left".')
    target: str = strawberry.field(description="Deep link that plays it.")


def progress_of(title: DomainTitle, activity: Activity) -> Progress | None:
    """None for a title that was finished and not started anew, never played, of unknown length, or watched by another
    person alone."""
    watch = activity.owned_watches(title.id)
    if watch is None or not watch.has_progress:
        return None
    return Progress(
        position_seconds=watch.position_seconds,
        duration_seconds=watch.duration_seconds,
        percent=round(100 * watch.position_share),
        updated_at=watch.at,
    )


def resume_point(resume: Resume, title: DomainTitle) -> ResumePoint:
    """`title` is what plays: the movie or the episode."""
    return ResumePoint(kind=resume.kind, label=resume_label(resume, title), target=play_link(title))


def shared_render_key(secret: bytes, density: float = 1.0) -> Hashable:
    """For any viewer, rendered titles depend only on the secret for artwork URLs and the device's density."""
    return render_key("everybody", secret, density)


def episode_place(number: tuple[int, int] | None) -> EpisodePlace | None:
    return None if number is None else EpisodePlace(season_number=number[0], episode_number=number[1])
