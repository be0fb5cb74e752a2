"""What a client can force: which person, and in which state the service is. Said in one header:

x-marquee-sandbox: binge; redis-down; long-titles
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bff.sandbox.world import World, world
from domain.errors import BadInput
from domain.ids import TitleId
from domain.resilience.degradation_levels import ServiceLevel

HEADER = "x-marquee-sandbox"
MOST = 200

GERMAN = "Die unerwartet langwierige Geschichte der Leuchtturmwärterin von"
"""With a name behind it, more than sixty characters: no German title a layout meets is longer."""

ARABIC = ("مدينة الضباب", "ليل الميناء", "رسائل لم تصل", "حارس المنارة", "طريق العودة", "آخر قطار")


@dataclass(frozen=True, slots=True)
class State:
    """`told` says what it does. `dark` are stores that do not answer, `slow` ones that answer too late."""

    told: str
    change: Callable[[World], World] = lambda given: given
    dark: tuple[str, ...] = ()
    slow: tuple[str, ...] = ()
    level: ServiceLevel = ServiceLevel.FULL
    served_before: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What a header asks for."""

    persona: str
    states: tuple[State, ...] = ()

    def world(self) -> World:
        made = world()
        for state in self.states:
            made = state.change(made)
        return made

    def stores(self, which: str) -> frozenset[str]:
        return frozenset(store for state in self.states for store in getattr(state, which))


def _long(given: World) -> World:
    return given.renamed({title_id: f"{GERMAN} {title.name}" for title_id, title in given.titles.items()})


def _right_to_left(given: World) -> World:
    names = {
        title_id: f"{ARABIC[place % len(ARABIC)]} {place + 1}" for place, title_id in enumerate(given.titles)
    }
    return given.renamed(names)


def _thin(given: World) -> World:
    """Two shows of every three are gone: rows run short and are filled up, merged or dropped."""
    shows = tuple(show for place, show in enumerate(given.shows) if place % 3 == 0)
    return replace(given, shows=shows, similar=dict.fromkeys(given.similar, ()))


def _published(given: World) -> World:
    """Another night's data: what was on top is gone, so that cursors belong to a page of before."""
    gone: TitleId = given.shows[0].id
    similar = {
        one: tuple(each for each in near if each.title_id != gone) for one, near in given.similar.items()
    }
    return replace(given, shows=given.shows[1:], similar=similar)


ALL = ("mongo", "elasticsearch", "redis")
STATES: Mapping[str, State] = {
    "as-usual": State("Everything answers."),
    "redis-down": State("Trends are missing; the ladder fills their rows.", dark=("redis",)),
    "elasticsearch-down": State("Titles come from the second source; shelves are missing.", dark=("shelves",)),
    "recommender-down": State("No picks, no similar titles: what is popular stands in.", dark=("lists",)),
    "mongo-down": State("Nothing is known of the viewer: what suits everybody.", dark=("people", "lists")),
    "all-down": State("No store answers: the page that ships with the service.", dark=("all",)),
    "last-good": State("Sources fail after a page was served: rows as they were.", dark=("lists", "redis"),
                       served_before=True),
    "slow-store": State("Trends come too late and are replaced.", slow=("redis",)),
    "thin-catalogue": State("A third of the titles: short and dropped rows.", _thin),
    "published-since": State("New data since the last page: old cursors restart.", _published),
    "long-titles": State("Every title has more than sixty characters.", _long),
    "right-to-left": State("Every title is in Arabic letters.", _right_to_left),
    "fewer-rows": State("Overloaded: a page of six rows.", level=ServiceLevel.FEWER_ROWS),
    "unranked": State("More overloaded: rows are not ranked.", level=ServiceLevel.NO_RERANK),
}  # fmt: skip


def wish_of(header: str) -> Wish:
    """What a header asks for. Raises BadInput that lists what there is."""
    words = [word.strip() for word in header[:MOST].split(";") if word.strip()]
    personas = world().personas
    people = [word for word in words if word in personas]
    unknown = [word for word in words if word not in personas and word not in STATES]
    if unknown or len(people) > 1:
        problem = f"{unknown[0]!r} is neither" if unknown else "name one person only, not two"
        raise BadInput(
            f"{HEADER}: {problem}. People: {', '.join(personas)}. States: {', '.join(STATES)}. "
            f"Write it like '{HEADER}: binge; redis-down'."
        )
    states = tuple(STATES[word] for word in words if word in STATES)
    return Wish(people[0] if people else "binge", states)
