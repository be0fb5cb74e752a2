"""Detectors of what goes wrong quietly: titles played but ranked low, new titles hardly seen, rows never opened, thin
profiles. The idea is RecSysOps' (Saberian and Basilico, "RecSysOps: Best Practices for Operating a Large-Scale
Recommender System", 2021). Everything is counted over sampled profiles (detector_facts.py reads them).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from domain.serialization import Document

MIN_PLAYS = 5
"""Profiles of the sample that must have played a title lately, for "often played"."""
PLAYED_SHARE = 0.05
"""The titles looked at: this share of all that were played, the most played first."""
LOW_RANK = 20
MIN_REACH = 0.25
"""Of the share of profiles that played a title: the least share of the others whose list has it up to LOW_RANK."""
MIN_MEAN_SEEN = 5.0
"""Profiles that saw a new title, on average, below which nothing can be said."""
MIN_SEEN_SHARE = 0.1
"""Of that average: a new title that fewer saw is hardly shown."""
MIN_SEEN = 30
"""Profile-days on which a row must have been seen before it can count as never opened."""
THIN_PICKS = 20
THIN_PROFILES = "profiles with thin pages"
MAX_EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class DetectorFacts:
    """Of `profiles` sampled profiles.

    `plays`: profiles that played a title lately; `player`: one of them. `ranks`: the places (from 1) at which lists
    have a title. `seen`: profiles that saw it. `new_titles`: launched lately. `row_days` and `row_plays`:
    profile-days on which a row was seen, and played from. `picks`: titles in each profile's list, 0 for none.
    """

    profiles: int
    plays: Mapping[str, int] = field(default_factory=dict)
    player: Mapping[str, str] = field(default_factory=dict)
    ranks: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    seen: Mapping[str, int] = field(default_factory=dict)
    new_titles: tuple[str, ...] = ()
    row_days: Mapping[str, int] = field(default_factory=dict)
    row_plays: Mapping[str, int] = field(default_factory=dict)
    picks: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suspect:
    """`command` shows more; "" where no command does."""

    id: str
    evidence: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class Detection:
    """`count` of `checked` were found; `suspects` are the worst of them. `unmeasured`: why nothing was checked."""

    detector: str
    says: str
    count: int
    checked: int
    suspects: tuple[Suspect, ...]
    unmeasured: str = ""


@dataclass(frozen=True, slots=True)
class Detections:
    profiles: int
    detections: tuple[Detection, ...]

    def to_document(self) -> Document:
        return {"profiles": self.profiles, "detections": [asdict(one) for one in self.detections]}


def detect(facts: DetectorFacts) -> Detections:
    """In a fixed order; a detector that found nothing says how much it checked. Ties go to the smaller id."""
    found = (_ranked_low(facts), _never_shown(facts), _never_opened(facts), _thin(facts))
    return Detections(facts.profiles, found)


def _ranked_low(facts: DetectorFacts) -> Detection:
    often = sorted(
        (one for one in facts.plays.items() if one[1] >= MIN_PLAYS), key=lambda one: (-one[1], one[0])
    )
    often = often[: max(1, round(PLAYED_SHARE * len(facts.plays)))]
    lists = sum(count > 0 for count in facts.picks.values())
    suspects = []
    for title, plays in often:
        high = sum(rank <= LOW_RANK for rank in facts.ranks.get(title, ()))
        others = max(0, lists - plays)
        if high >= MIN_REACH * others * plays / facts.profiles:
            continue
        place = f"in the first {LOW_RANK} of {high} of {others} other lists"
        suspects.append(Suspect(title, f"{plays} profiles played it lately; {place}", _explain(facts, title)))
    says = "Titles that many play and lists rank low or leave out."
    return _detection("played but ranked low", says, suspects, len(often))


def _never_shown(facts: DetectorFacts) -> Detection:
    name, says = "new titles below their impressions", "New titles that hardly anybody has seen."
    if not facts.seen:
        return Detection(name, says, 0, 0, (), "No impressions were recorded.")
    mean = sum(facts.seen.get(one, 0) for one in facts.new_titles) / max(1, len(facts.new_titles))
    if facts.new_titles and mean < MIN_MEAN_SEEN:
        why = f"On average {mean:.1f} profiles saw a new title: too few to compare."
        return Detection(name, says, 0, 0, (), why)
    short = sorted(
        (one for one in facts.new_titles if facts.seen.get(one, 0) < MIN_SEEN_SHARE * mean),
        key=lambda one: (facts.seen.get(one, 0), one),
    )
    suspects = [
        Suspect(
            title,
            f"seen by {facts.seen.get(title, 0)} profiles, others by {mean:.0f}; "
            f"in {len(facts.ranks.get(title, ()))} lists",
            _explain(facts, title),
        )
        for title in short
    ]
    return _detection(name, says, suspects, len(facts.new_titles))


def _never_opened(facts: DetectorFacts) -> Detection:
    name, says = "rows never opened", "Rows that are seen and never played from."
    if not facts.row_days:
        return Detection(name, says, 0, 0, (), "No impressions were recorded.")
    looked_at = {row: days for row, days in facts.row_days.items() if days >= MIN_SEEN}
    unopened = sorted(
        (row for row in looked_at if not facts.row_plays.get(row)), key=lambda row: (-looked_at[row], row)
    )
    suspects = [
        Suspect(
            row,
            f"seen on {looked_at[row]} profile-days, nothing played",
            "marquee layout lint FILE --profiles 100",
        )
        for row in unopened
    ]
    return _detection(name, says, suspects, len(looked_at))


def _thin(facts: DetectorFacts) -> Detection:
    thin = sorted(
        (one for one in facts.picks.items() if one[1] < THIN_PICKS), key=lambda one: (one[1], one[0])
    )
    suspects = [
        Suspect(profile, f"{count} titles in its list", f"marquee layout preview FILE --profile {profile}")
        for profile, count in thin
    ]
    says = f"Profiles whose list has fewer than {THIN_PICKS} titles."
    return _detection(THIN_PROFILES, says, suspects, len(facts.picks))


def _detection(name: str, says: str, suspects: list[Suspect], checked: int) -> Detection:
    return Detection(name, says, len(suspects), checked, tuple(suspects[:MAX_EXAMPLES]))


def _explain(facts: DetectorFacts, title: str) -> str:
    profile = facts.player.get(title) or min(facts.picks, default="")
    return f"marquee explain --profile {profile} --title {title}" if profile else ""
