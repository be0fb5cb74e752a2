"""Seven kinds of viewers and every way in which they ask, by random choice; and what an answer speaks of."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from domain.viewers.profiles import Role
from tests.bff.store_proxies import ProxiedService
from tests.bff.withheld.shifting_world import PersonFacts, ShiftingWorld

TITLE = """id name synopsis metadataLine artwork(shape: POSTER) { url alt } availability { endsAt }
  ... on Episode { seriesId seriesName } ... on Series { episodes(first: 10) { nodes { id name } } }"""
ROW = f"""id title subtitle accessibilityLabel reason {{ text pivots {{ title {{ id name }} }} }}
  cards(first: 30) {{ pageInfo {{ endCursor }} nodes {{ title {{ {TITLE} }} reason {{ text }}
    resume {{ label target }} accessibilityLabel metadataLine actions {{ target }} tracking {{ cardToken }} }} }}"""
HOME = f"""snapshotId rows(first: 20) {{ pageInfo {{ endCursor }} nodes {{ {ROW} }} }}"""
DEVICE = "device: {formFactor: TV}"
WRITTEN = f"""{{ ... on EventsRecorded {{ acceptedCount rejected {{ code message }} changedKinds
  changedRows({DEVICE}) {{ {ROW} }} home({DEVICE}) {{ {HOME} }} }} }}"""
UNTOLD = frozenset({"endCursor", "cardToken", "snapshotId", "requestId"})
SIGNED = re.compile(r"-[A-Za-z0-9_-]{22}\.svg[^\"]*")
NAMED = re.compile(
    r"(?:title_|Movie |/art/[a-z-]+/|[|:~])(m\d{1,2}|s1e\d|s1)(?![A-Za-z0-9])|(A Series)|Part (\d)"
)

Answer = dict[str, Any]


@dataclass
class Viewer:
    """`person`: whose facts decide. `kept`: what this client keeps of earlier answers."""

    person: str
    account: str
    profile: str
    headers: dict[str, str]
    kept: dict[str, Any] = field(default_factory=dict)


class Viewers:
    def __init__(
        self,
        services: Sequence[ProxiedService],
        world: ShiftingWorld,
        bearer: Callable[..., dict[str, str]],
    ) -> None:
        self.services = services
        self._world = world
        world.facts.people["anonymous"] = PersonFacts("anonymous", 12)
        world.facts.regions["anonymous"] = "US"
        session = services[0].client.post("/session").json()
        self.all = [
            *(self._member(name, "home", bearer) for name in ("ade", "kids", "teen", "guarded", "wanderer")),
            self._member("stranger", "elsewhere", bearer),
            Viewer(
                "anonymous",
                "anonymous",
                session["profileId"],
                {"authorization": f"Bearer {session['token']}"},
            ),
        ]
        self._staff = bearer("home", Role.STAFF)

    def _member(self, name: str, account: str, bearer: Callable[..., dict[str, str]]) -> Viewer:
        return Viewer(name, account, f"profile_{name}", bearer(account))

    def ask(self, random: Random) -> tuple[Viewer, str, datetime, Answer]:
        """One random question to one of the processes: who, how, when it was sent, and the answer."""
        viewer, service = random.choice(self.all), random.choice(self.services)
        name = random.choice([*QUESTIONS])
        sent_at = datetime.now(UTC)
        return viewer, name, sent_at, QUESTIONS[name](service, viewer, random, self._world)


def spoken_of(answer: Answer) -> set[str]:
    """Ids of the titles that an answer names, by id, by name or in an address."""
    found: set[str] = set()
    for text in _texts(answer):
        for movie, series, part in NAMED.findall(SIGNED.sub("", text)):
            found.add(movie or ("s1" if series else f"s1e{part}"))
    return found


def _texts(value: object, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, key)
    elif isinstance(value, str) and key not in UNTOLD:
        yield value


def _post(service: ProxiedService, viewer: Viewer, document: str, **variables: object) -> Answer:
    body = {"query": document, "variables": {"p": viewer.profile, **variables}}
    answer: Answer = service.client.post("/graphql", json=body, headers=viewer.headers).json()
    return answer


def _home(service: ProxiedService, viewer: Viewer, random: Random, world: ShiftingWorld) -> Answer:
    answer = _post(service, viewer, f"query($p: ID!) {{ home(profileId: $p, {DEVICE}) {{ {HOME} }} }}")
    home = (answer.get("data") or {}).get("home")
    if home and home["rows"]["nodes"]:
        row = random.choice(home["rows"]["nodes"])
        viewer.kept |= {"snapshot": home["snapshotId"], "row": row["id"]}
        viewer.kept["token"] = row["cards"]["nodes"][0]["tracking"]["cardToken"]
        viewer.kept["title"] = row["cards"]["nodes"][0]["title"]["id"]
    return answer


def _home_node(service: ProxiedService, viewer: Viewer, random: Random, world: ShiftingWorld) -> Answer:
    key = f"home_{viewer.profile.removeprefix('profile_')}"
    return _post(
        service, viewer, f"query($id: ID!) {{ node(id: $id) {{ ... on Home {{ {HOME} }} }} }}", id=key
    )


def _snapshot(service: ProxiedService, viewer: Viewer, random: Random, world: ShiftingWorld) -> Answer:
    document = f"query($p: ID!, $s: ID) {{ home(profileId: $p, {DEVICE}, snapshotId: $s) {{ {HOME} }} }}"
    return _post(service, viewer, document, s=viewer.kept.get("snapshot"))


def _row_of_snapshot(service: ProxiedService, viewer: Viewer, random: Random, world: ShiftingWorld) -> Answer:
    document = f"query($r: ID!, $s: ID) {{ node(id: $r, snapshotId: $s) {{ ... on Row {{ {ROW} }} }} }}"
    row = viewer.kept.get("row", f"row_{viewer.profile.removeprefix('profile_')}~none")
    return _post(service, viewer, document, r=row, s=viewer.kept.get("snapshot"))


def _paging(service: ProxiedService, viewer: Viewer, random: Random, world: ShiftingWorld) -> Answer:
    """The next rows, after a cursor that was kept for as long as it may take."""
    document = f"""query($p: ID!, $after: String) {{ home(profileId: $p, {DEVICE}) {{
      rows(first: 2, after: $after) {{ pageInfo {{ endCursor }} nodes {{ {ROW} }} }} }} }}"""
    answer = _post(service, viewer, document, after=viewer.kept.get("cursor"))
    home = (answer.get("data") or {}).get("home")
    viewer.kept["cursor"] = home["rows"]["pageInfo"]["endCursor"] if home else None
    return answer


def _title(service: ProxiedService, viewer: Viewer, random: Random, world: ShiftingWorld) -> Answer:
    document = f"query($p: ID!, $t: ID!) {{ title(id: $t, profileId: $p) {{ {TITLE} }} }}"
    return _post(service, viewer, document, t=f"title_{random.choice([*world.facts.titles])}")


def _similar(service: ProxiedService, viewer: Viewer, random: Random, world: ShiftingWorld) -> Answer:
    document = f"""query($p: ID!, $t: ID!) {{ similar(titleId: $t, profileId: $p, first: 30) {{
      nodes {{ {TITLE} }} }} }}"""
    return _post(service, viewer, document, t=random.choice(("title_m0", "title_m5", "title_s1")))


def _search(service: ProxiedService, viewer: Viewer, random: Random, world: ShiftingWorld) -> Answer:
    document = f"""query($p: ID!, $text: String!) {{ searchTitles(profileId: $p, text: $text, first: 50) {{
      nodes {{ {TITLE} }} }} }}"""
    text = random.choice(
        ("movie", "series", "part", "drama", "ada example", f"movie m{random.randrange(40)}")
    )
    return _post(service, viewer, document, text=text)


def _onboarding(service: ProxiedService, viewer: Viewer, random: Random, world: ShiftingWorld) -> Answer:
    document = f"query($p: ID!) {{ onboarding(profileId: $p, first: 20) {{ titles {{ {TITLE} }} }} }}"
    return _post(service, viewer, document)


def _mutation(service: ProxiedService, viewer: Viewer, random: Random, world: ShiftingWorld) -> Answer:
    field_name, kind = random.choice(
        (("listAdd", "ListChangeInput"), ("continueWatchingRemove", "ContinueWatchingRemoveInput"))
    )
    title = f"title_{random.choice([*world.facts.titles])}"
    given = {"profileId": viewer.profile, "titleId": title, "clientEventId": f"e{random.getrandbits(60)}"}
    document = f"mutation($input: {kind}!) {{ {field_name}(input: $input) {WRITTEN} }}"
    return _post(service, viewer, document, input=given)


def _play(service: ProxiedService, viewer: Viewer, random: Random, world: ShiftingWorld) -> Answer:
    """With the tracking token of a card that was shown before, which may be withheld by now."""
    event = {
        "clientEventId": f"p{random.getrandbits(60)}",
        "type": "PROGRESS",
        "titleId": viewer.kept.get("title", "title_m3"),
        "positionSeconds": 1500,
        "durationSeconds": 6000,
        "trackingToken": viewer.kept.get("token"),
    }
    given = {"profileId": viewer.profile, "events": [event]}
    return _post(
        service,
        viewer,
        f"mutation($input: EventsRecordInput!) {{ eventsRecord(input: $input) {WRITTEN} }}",
        input=given,
    )


def _cached_by_client(
    service: ProxiedService, viewer: Viewer, random: Random, world: ShiftingWorld
) -> Answer:
    """By GET with If-None-Match: on 304 the client shows what it kept."""
    query = f"query($p: ID!) {{ home(profileId: $p, {DEVICE}) {{ {HOME} }} }}"
    etag, kept = viewer.kept.get("etag", ("", {}))
    response = service.client.get(
        "/graphql",
        params={"query": query, "variables": json.dumps({"p": viewer.profile})},
        headers={**viewer.headers, "if-none-match": etag, "x-marquee-preflight": "1"},
    )
    if response.status_code == 304:
        return dict(kept)
    answer: Answer = response.json()
    if "etag" in response.headers:
        viewer.kept["etag"] = (response.headers["etag"], answer)
    return answer


QUESTIONS: dict[str, Callable[[ProxiedService, Viewer, Random, ShiftingWorld], Answer]] = {
    "home": _home,
    "home again": _home,
    "home by node": _home_node,
    "a snapshot": _snapshot,
    "a row of a snapshot": _row_of_snapshot,
    "paging": _paging,
    "a title": _title,
    "similar titles": _similar,
    "search": _search,
    "onboarding": _onboarding,
    "a list or a removal": _mutation,
    "a play": _play,
    "GET with If-None-Match": _cached_by_client,
}
