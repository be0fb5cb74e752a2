"""The states that a client can force, and the header: `x-marquee-sandbox: binge; redis-down; long-titles`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bff.sandbox.data import SandboxData, load_sandbox_data
from domain.errors import BadInput
from domain.ids import TitleId
from domain.resilience.degradation_levels import ServiceLevel

HEADER = "x-marquee-sandbox"
MAX_HEADER_LENGTH = 200

GERMAN = "Die unerwartet langwierige Geschichte der Leuchtturmwärterin von"
"""With a name, more than 60 characters: longer than any real German title."""

ARABIC = ("مدينة الضباب", "ليل الميناء", "رسائل لم تصل", "حارس المنارة", "طريق العودة", "آخر قطار")


@dataclass(frozen=True, slots=True)
class SandboxState:
    effect: str
    change_data: Callable[[SandboxData], SandboxData] = lambda data: data
    unavailable: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    level: ServiceLevel = ServiceLevel.FULL
    has_served_before: bool = False


@dataclass(frozen=True, slots=True)
class SandboxRequest:
    persona: str
    states: tuple[SandboxState, ...] = ()

    def changed_data(self) -> SandboxData:
        data = load_sandbox_data()
        for state in self.states:
            data = state.change_data(data)
        return data

    @property
    def unavailable_stores(self) -> frozenset[str]:
        return frozenset(store for state in self.states for store in state.unavailable)

    @property
    def late_stores(self) -> frozenset[str]:
        return frozenset(store for state in self.states for store in state.late)


def _lengthen_titles(data: SandboxData) -> SandboxData:
    return data.with_names({title_id: f"{GERMAN} {title.name}" for title_id, title in data.titles.items()})


def _use_arabic_titles(data: SandboxData) -> SandboxData:
    names = {
        title_id: f"{ARABIC[index % len(ARABIC)]} {index + 1}" for index, title_id in enumerate(data.titles)
    }
    return data.with_names(names)


def _remove_shows(data: SandboxData) -> SandboxData:
    shows = tuple(show for index, show in enumerate(data.shows) if index % 3 == 0)
    return replace(data, shows=shows, similar=dict.fromkeys(data.similar, ()))


def _publish_new_data(data: SandboxData) -> SandboxData:
    """Removes the top show, so that existing cursors belong to another page."""
    removed: TitleId = data.shows[0].id
    similar = {
        title_id: tuple(each for each in neighbours if each.title_id != removed)
        for title_id, neighbours in data.similar.items()
    }
    return replace(data, shows=data.shows[1:], similar=similar)


STATES: Mapping[str, SandboxState] = {
    "as-usual": SandboxState("Everything answers."),
    "redis-down": SandboxState("Trends are missing; fallback rows replace them.", unavailable=("redis",)),
    "elasticsearch-down": SandboxState("Titles come from the second source; browse rows are missing.",
                                       unavailable=("browse",)),
    "recommender-down": SandboxState("No picks and no similar titles; popular titles replace them.",
                                     unavailable=("lists",)),
    "mongo-down": SandboxState("Nothing is known about the viewer; rows are not personal.",
                               unavailable=("viewers", "lists")),
    "all-down": SandboxState("No store answers; the fallback page is served.", unavailable=("all",)),
    "last-good": SandboxState("Sources fail after a page was served; the last known rows are served.",
                              unavailable=("lists", "redis"), has_served_before=True),
    "slow-store": SandboxState("Trends arrive too late and are replaced.", late=("redis",)),
    "thin-catalogue": SandboxState("A third of the titles: rows are short or dropped.", _remove_shows),
    "published-since": SandboxState("New data since the last page: old cursors restart.", _publish_new_data),
    "long-titles": SandboxState("Every title has more than sixty characters.", _lengthen_titles),
    "right-to-left": SandboxState("Every title is in Arabic letters.", _use_arabic_titles),
    "fewer-rows": SandboxState("Overloaded: a page of six rows.", level=ServiceLevel.FEWER_ROWS),
    "unranked": SandboxState("More overloaded: rows are not ranked.", level=ServiceLevel.NO_RERANK),
}  # fmt: skip


def parse_sandbox_header(header: str) -> SandboxRequest:
    """Raises BadInput, which lists the personas and states."""
    words = [word.strip() for word in header[:MAX_HEADER_LENGTH].split(";") if word.strip()]
    personas = load_sandbox_data().personas
    people = [word for word in words if word in personas]
    unknown = [word for word in words if word not in personas and word not in STATES]
    if unknown or len(people) > 1:
        problem = f"{unknown[0]!r} is neither" if unknown else "name one person only, not several"
        raise BadInput(
            f"{HEADER}: {problem}. People: {', '.join(personas)}. States: {', '.join(STATES)}. "
            f"Write it like '{HEADER}: binge; redis-down'."
        )
    states = tuple(STATES[word] for word in words if word in STATES)
    return SandboxRequest(people[0] if people else "binge", states)
