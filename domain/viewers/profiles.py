"""Who watches: accounts pay and live somewhere, profiles have taste and an age limit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.catalog.maturity_ratings import ADULT_AGE, KIDS_AGE
from domain.ids import AccountId, ProfileId, Region, TitleId


class Role(StrEnum):
    VIEWER = "viewer"
    DESIGNER = "designer"
    OPERATOR = "operator"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class StickyAssignment:
    """The variant that a unit has been shown, in which phase and under which bucket version."""

    variant: str
    phase: int
    bucket_version: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """`region` decides licences and ratings; it is the account's, never the client's to choose.

    `arms` is what experiments showed: experiment -> profile or account id -> variant.
    """

    id: AccountId
    region: Region
    plan: str
    created_at: datetime
    arms: Mapping[str, Mapping[str, StickyAssignment]] = field(default_factory=dict)

    def sticky(self, profile_id: ProfileId) -> dict[str, StickyAssignment]:
        """What this profile, or the account as a whole, was shown, by experiment."""
        return {
            experiment: shown.get(profile_id) or shown[self.id]
            for experiment, shown in self.arms.items()
            if profile_id in shown or self.id in shown
        }


@dataclass(frozen=True, slots=True)
class Profile:
    """`maturity_limit` is the highest title age shown; 18 means no limit, so unrated titles too.

    `favourite_genres` and `languages` are what the person said they like (explicit preferences).
    `blocked` are titles that a parent took off this profile, whatever their age.
    `welcomed_at` is when it answered or skipped the first questions; None: not yet.
    `persona` marks the few profiles that the demo offers ("new", "binge", "kids").
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
    welcomed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a profile says it likes, and when; no genres leave those it had."""

    genres: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Audience:
    """All that decides whether a title may be shown: where, to whom, when. Input of `domain.candidates.eligibility`.

    `plan` "" is no plan at all: what every plan has. `blocked` are titles this profile does not get to see.
    """

    region: Region
    maturity_limit: int
    kids: bool
    now: datetime
    plan: str = ""
    blocked: frozenset[TitleId] = frozenset()


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a verified token speaks for.

    `region` is the issuer's word for where the account lives. It serves one purpose: the page shown while
    the account itself cannot be read.
    """

    account_id: AccountId
    role: Role
    region: Region | None = None


def audience_of(profile: Profile, account: Account, now: datetime) -> Audience:
    """A kids profile stays one whatever limit its document says."""
    limit = min(profile.maturity_limit, KIDS_AGE if profile.kids else ADULT_AGE)
    return Audience(
        region=account.region,
        maturity_limit=limit,
        kids=profile.kids,
        now=now,
        plan=account.plan,
        blocked=frozenset(profile.blocked),
    )


def strictest(account: Account, profiles: Iterable[Profile], now: datetime) -> Audience:
    """What every profile of the account may see, for a question that names none of them."""
    blocked = frozenset(title for profile in profiles for title in profile.blocked)
    return Audience(account.region, 0, kids=True, now=now, plan=account.plan, blocked=blocked)
