"""Random questions of seven kinds of viewers while stores flap and data changes underneath: no wrong title.

The oracle judges by what was acknowledged before a request was sent. One store that carries announcements stays
reachable at a time: MongoDB, whose change stream tells of each write within a second, or Redis, whose log tells of
each announcement at once. What happens when neither does is bounded by a setting (docs/visibility.md), and tested in
test_no_store_at_all.py.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

import pytest

from tests.bff.withheld.shifting_world import ShiftingWorld
from tests.bff.withheld.viewers import QUESTIONS, Viewer, Viewers, spoken_of

pytestmark = pytest.mark.stores

PHASES = 6
CHANGES_PER_QUESTION = 0.15
FLAPS_PER_QUESTION = 0.1
SECONDS_OF_THE_STREAM = 1.0
WAIT_SECONDS = 20.0


@dataclass
class Check:
    world: ShiftingWorld
    viewers: Viewers
    random: Random
    wrong: list[str] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    spoken: int = 0

    def phase(self, anchor: str, questions: int) -> None:
        """The other stores flap, `anchor` stays."""
        self.mend()
        for _ in range(questions):
            if self.random.random() < FLAPS_PER_QUESTION:
                self.flap(anchor)
            if self.random.random() < CHANGES_PER_QUESTION:
                self.change(anchor)
            self.judge(*self.viewers.ask(self.random))

    def mend(self) -> None:
        """All stores answer, every process hears of every write, and the world has all its titles again."""
        for service in self.viewers.services:
            for proxy in service.proxies.values():
                proxy.open()
        deadline = time.monotonic() + WAIT_SECONDS
        while not all(hears_all(service) for service in self.viewers.services):
            assert time.monotonic() < deadline, "a process does not hear of writes"
            time.sleep(0.02)
        self.world.renew()

    def flap(self, anchor: str) -> None:
        service = self.random.choice(self.viewers.services)
        store = self.random.choice([one for one in service.proxies if one != anchor])
        proxy = service.proxies[store]
        self.random.choices((proxy.open, proxy.refuse, proxy.hang), (5, 4, 1))[0]()

    def change(self, anchor: str) -> None:
        """Acknowledged on return. While a process is cut off from Redis, the change stream has its second."""
        deaf = [service for service in self.viewers.services if anchor == "mongo" and not hears_log(service)]
        heard = [known_changes(service) for service in deaf]
        if not self.world.change(self.random):
            return
        deadline = time.monotonic() + SECONDS_OF_THE_STREAM
        while any(known_changes(service) == count for service, count in zip(deaf, heard, strict=True)):
            if time.monotonic() > deadline:
                break
            time.sleep(0.002)

    def judge(self, viewer: Viewer, how: str, sent_at: datetime, answer: dict[str, Any]) -> None:
        self.asked[how] += 1
        named = spoken_of(answer)
        self.spoken += len(named)
        owner = self.world.facts.people[viewer.person]
        foreign = owner.account != viewer.account
        for title in sorted(named):
            if foreign or self.world.facts.is_wrong(title, viewer.person, sent_at):
                self.wrong.append(f"{sum(self.asked.values())}: {viewer.person}, {how}: {title}")


def hears_all(service: Any) -> bool:
    changes = service.client.app_state["stores"].ports.changes
    return bool(changes.lease_seconds(50.0) == 50.0) and hears_log(service)


def known_changes(service: Any) -> int:
    return int(service.client.app_state["stores"].ports.changes.mark().count)


def hears_log(service: Any) -> bool:
    return bool(service.client.app_state["stores"].announcements.is_current())


def run(world: ShiftingWorld, viewers: Viewers, seed: int, questions: int) -> Check:
    check = Check(world, viewers, Random(seed))
    began = time.monotonic()
    for number in range(PHASES):
        check.phase(("redis", "mongo")[number % 2], -(-questions // PHASES))
    print(
        f"seed {seed}: {sum(check.asked.values())} questions in {time.monotonic() - began:.0f} s spoke of "
        f"{check.spoken} titles, {sum(world.counts.values())} changes, {len(check.wrong)} wrong titles"
    )
    return check


def test_no_wrong_title(shifting: tuple[ShiftingWorld, Viewers], pytestconfig: pytest.Config) -> None:
    questions = pytestconfig.getoption("--withheld-questions")
    check = run(*shifting, seed=pytestconfig.getoption("--withheld-seed"), questions=questions)
    assert check.wrong == []
    assert check.spoken > 3 * questions
    assert len(check.asked) == len(QUESTIONS)


def test_the_check_finds_a_process_that_does_not_listen(shifting: tuple[ShiftingWorld, Viewers]) -> None:
    world, viewers = shifting
    for service in viewers.services:
        service.client.app_state["stores"].ports.changes.note = lambda *_: None  # type: ignore[index]
    assert run(world, viewers, seed=1, questions=160).wrong != []
