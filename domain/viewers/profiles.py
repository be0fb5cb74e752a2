"""Accounts, profiles, what a profile may see, and who makes a request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.catalog.maturity_ratings import ADULT_AGE, KIDS_AGE
from domain.ids import AccountId, ProfileId, Region, TitleId
from domain.recommendations.lists import ListAudience


class Role(StrEnum):
    VIEWER = "viewer"
    DESIGNER = "designer"
    OPERATOR = "operator"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class StickyAssignment:
    """The variant shown to a unit, with the phase and bucket version of that time."""

    variant: str
    phase: int
    bucket_version: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """`region` decides licences and ratings; clients cannot choose it.

    `sticky_assignments`: experiment -> profile or account id -> assignment.
    """

    id: AccountId
    region: Region
    plan: str
    created_at: datetime
    sticky_assignments: Mapping[str, Mapping[str, StickyAssignment]] = field(default_factory=dict)

    def sticky_assignments_for(self, profile_id: ProfileId) -> dict[str, StickyAssignment]:
        """By experiment; the profile's own before the account's."""
        return {
            experiment: by_unit.get(profile_id) or by_unit[self.id]
            for experiment, by_unit in self.sticky_assignments.items()
            if profile_id in by_unit or self.id in by_unit
        }


@dataclass(frozen=True, slots=True)
class Profile:
    """`maturity_limit` is the highest age shown; 18 means no limit, so unrated titles too.

    `favourite_genres` and `languages` are explicit preferences. Parents block titles whatever their age (`blocked`).
    `onboarded_at` is when onboarding was answered or skipped. `persona` marks demo profiles ("new", "binge", "kids").
    """

    id: ProfileId
    account_id: AccountId
    name: str
    kids: bool
    maturity_limit: int
    language: str
    created_at: datetime
    favourite_genres: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    persona: str | None = None
    blocked: tuple[TitleId, ...] = ()
    derived: tuple[str, ...] = ()
    onboarded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Preferences:
    """Onboarding answers; no genres keep the previous ones."""

    genres: tuple[str, ...]
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class Audience:
    """What decides whether a title may be shown: input of `domain.candidates.eligibility`. `plan` "" is no plan."""

    region: Region
    maturity_limit: int
    kids: bool
    now: datetime
    plan: str = ""
    blocked: frozenset[TitleId] = frozenset()

    @property
    def list_audience(self) -> ListAudience:
        """A limit for kids gets the lists of what kids watch, not everybody's without what is above the limit."""
        return ListAudience.KIDS if self.maturity_limit <= KIDS_AGE else ListAudience.ALL


@dataclass(frozen=True, slots=True)
class Principal:
    """Identity of a verified token.

    `region` is the issuer's claim, used only for the page shown while the account cannot be read. `name` is the
    person's, for what is published and saved.
    """

    account_id: AccountId
    role: Role
    region: Region | None = None
    name: str = ""

    @property
    def author(self) -> str:
        """Who did something, for people to read."""
        return self.name or self.account_id


def audience_for(profile: Profile, account: Account, now: datetime) -> Audience:
    """Kids profiles keep the kids limit whatever their document says."""
    limit = min(profile.maturity_limit, KIDS_AGE if profile.kids else ADULT_AGE)
    return Audience(
        region=account.region,
        maturity_limit=limit,
        kids=profile.kids,
        now=now,
        plan=account.plan,
        blocked=frozenset(profile.blocked),
    )


def strictest_audience(account: Account, profiles: Iterable[Profile], now: datetime) -> Audience:
    """What every profile of the account may see."""
    blocked = frozenset(title for profile in profiles for title in profile.blocked)
    return Audience(account.region, 0, kids=True, now=now, plan=account.plan, blocked=blocked)
