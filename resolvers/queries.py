"""The query root: pages, titles, lists, search, profiles."""

from __future__ import annotations

import asyncio

import strawberry

from domain.errors import BadInput, NotFound
from domain.ids import ProfileId, TitleId, global_id, parse_global_id, raw_id
from domain.layouts.model import RowStyle
from domain.layouts.request_context import PageRequest
from domain.page.model import Page
from domain.ports.stores import SearchQuery
from domain.viewers.anonymous_sessions import is_session
from domain.viewers.profiles import Audience, strictest
from resolvers.home.explanations import explain, explain_card
from resolvers.home.replays import replay
from resolvers.home.serve import serve_home
from resolvers.home.snapshots import served_page
from resolvers.request.authorization import require
from resolvers.request.context import Context, ContextInfo
from resolvers.request.loaders import TitleLoader
from resolvers.request.viewer import NO_SUCH_PROFILE, Viewer, viewer_of, viewer_or_guest
from resolvers.staff.experiments import ExperimentQueries
from resolvers.staff.filter_rules import FilterRuleQueries
from resolvers.staff.layout_previews import LayoutTrialQueries
from resolvers.staff.layouts import LayoutQueries
from resolvers.types.arguments import (
    After,
    AnyKey,
    AnyProfileKey,
    CardToken,
    Device,
    First,
    InGenre,
    MaybeDevice,
    MaybeProfileKey,
    MaybeSnapshot,
    OfKind,
    ProfileKey,
    SearchText,
    SnapshotKey,
    TitleKey,
)
from resolvers.types.connection import Connection, check_first, connect, list_id
from resolvers.types.device import DeviceInput, page_request, styles_of
from resolvers.types.enums import SnapshotState
from resolvers.types.explanations import Explanation, explanation_of
from resolvers.types.home import Home, home_node
from resolvers.types.node import Node
from resolvers.types.onboarding import Onboarding
from resolvers.types.profiles import Profile, profile_node
from resolvers.types.rows import row_node
from resolvers.types.snapshots import ServedPage
from resolvers.types.titles import Title, title_node
from resolvers.viewing.more_like_this import titles_like
from resolvers.viewing.onboarding import asked

MAX_TEXT = 200
ALL_STYLES = frozenset(RowStyle)


@strawberry.type(description="Everything that can be read.")
class Query(LayoutQueries, LayoutTrialQueries, ExperimentQueries, FilterRuleQueries):
    @strawberry.field(
        description="The home page of a profile. Null with NOT_FOUND for a profile that is not the account's."
    )
    async def home(
        self, info: ContextInfo, profile_id: ProfileKey, device: Device, snapshot_id: MaybeSnapshot = None
    ) -> Home | None:
        viewer, page, state = await _page(info.context, profile_id, page_request(device), snapshot_id)
        return home_node(page, viewer, styles_of(device), state)

    @strawberry.field(
        description="Anything with an id. Titles are shown as to `profileId`; without it, as to a profile "
        "for whom only titles suitable for all ages may be shown. Rows are those of the page `snapshotId`, "
        "as long as it is kept."
    )
    async def node(
        self,
        info: ContextInfo,
        id: AnyKey,
        profile_id: MaybeProfileKey = None,
        snapshot_id: MaybeSnapshot = None,
        device: MaybeDevice = None,
    ) -> Node | None:
        kind, _ = parse_global_id(id)
        if kind == "title":
            return await _title(info.context, TitleId(raw_id("title", id)), profile_id)
        if kind == "profile":
            return profile_node((await viewer_of(info.context, id)).profile)
        if kind in ("home", "row"):
            return await _page_node(info.context, id, snapshot_id, device)
        raise BadInput("This is not an id of this API. Use ids as the API returned them.")

    @strawberry.field(
        description="A title as this profile may see it; null when it may not, or there is none."
    )
    async def title(self, info: ContextInfo, id: TitleKey, profile_id: ProfileKey) -> Title | None:
        return await _title(info.context, TitleId(raw_id("title", id)), profile_id)

    @strawberry.field(
        description="More like this: what people who liked it liked too, and while few have watched it, what it "
        "resembles; the closest first."
    )
    async def similar(
        self,
        info: ContextInfo,
        title_id: TitleKey,
        profile_id: ProfileKey,
        first: First = 20,
        after: After = None,
    ) -> Connection[Title] | None:
        check_first(first)
        seed = TitleId(raw_id("title", title_id))
        viewer = await viewer_of(info.context, profile_id)
        found = await titles_like(info.context, viewer, seed)
        nodes = [title_node(title, viewer.audience) for title in found]
        return connect(nodes, first, after, list_id("similar", seed, nodes), info.context.secret, len(nodes))

    @strawberry.field(
        description="Search by name, people, franchise or genre; forgives typing mistakes. 1 to 200 characters."
    )
    async def search_titles(
        self,
        info: ContextInfo,
        profile_id: ProfileKey,
        text: SearchText,
        genre: InGenre = None,
        kind: OfKind = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Title] | None:
        check_first(first)
        wanted = text.strip()
        if not 1 <= len(wanted) <= MAX_TEXT:
            raise BadInput(f"text: search for 1 to {MAX_TEXT} characters, not {len(wanted)}.")
        viewer = await viewer_of(info.context, profile_id)
        pinned = await info.context.pinned()
        query = SearchQuery(wanted, viewer.audience, genre, kind)
        found = await TitleLoader(pinned, viewer.audience).titles(await pinned.search(query))
        nodes = [title_node(title, viewer.audience) for title in found.values()]
        return connect(nodes, first, after, list_id("search", wanted, nodes), info.context.secret, len(nodes))

    @strawberry.field(description="What to ask a new profile, to know its taste soonest.")
    async def onboarding(
        self, info: ContextInfo, profile_id: ProfileKey, first: First = 20
    ) -> Onboarding | None:
        check_first(first)
        viewer = await viewer_of(info.context, profile_id)
        return Onboarding(found=await asked(info.context, viewer, first), viewer=viewer)

    @strawberry.field(
        description="Why a card is where it is, by its tracking token: the way of its title in its own row, from "
        "the sources to its place, with every term of its score. For staff."
    )
    async def explain(
        self, info: ContextInfo, profile_id: AnyProfileKey, card_token: CardToken, device: Device
    ) -> Explanation | None:
        require(info.context)
        found = await explain_card(info.context, profile_id, card_token, page_request(device))
        return explanation_of(*found)

    @strawberry.field(
        description="Why a title is on this profile's page now, or the first cause that it is not, with the "
        "margin. For staff, who may ask about any account's profiles."
    )
    async def why_not(
        self, info: ContextInfo, profile_id: AnyProfileKey, title_id: TitleKey, device: Device
    ) -> Explanation | None:
        require(info.context)
        title = TitleId(raw_id("title", title_id))
        account, made = await explain(info.context, profile_id, title, page_request(device))
        return explanation_of(account, made)

    @strawberry.field(
        description="For staff: a page as it was served under this id, with what decided it, and what became of it. "
        "NOT_FOUND when it is not kept any more."
    )
    async def page(self, info: ContextInfo, snapshot_id: SnapshotKey) -> ServedPage | None:
        require(info.context)
        return ServedPage(replay=await replay(info.context, snapshot_id))

    @strawberry.field(description="The profiles of the account that asks, oldest first.")
    async def profiles(self, info: ContextInfo) -> list[Profile]:
        account_id = info.context.principal.account_id
        if is_session(account_id):
            return [profile_node((await viewer_of(info.context, global_id("profile", account_id))).profile)]
        found = await info.context.loaders.profiles_of.load(account_id)
        ordered = sorted(found or (), key=lambda profile: (profile.created_at, profile.id))
        return [profile_node(profile) for profile in ordered]


async def _title(context: Context, title_id: TitleId, profile_id: str | None) -> Title | None:
    audience = (await viewer_of(context, profile_id)).audience if profile_id else await _anybody(context)
    found = await TitleLoader(await context.pinned(), audience).titles([title_id])
    return title_node(found[title_id], audience) if title_id in found else None


async def _anybody(context: Context) -> Audience:
    account, profiles = await asyncio.gather(
        context.loaders.account.load(context.principal.account_id),
        context.loaders.profiles_of.load(context.principal.account_id),
    )
    if account is None:
        raise NotFound(NO_SUCH_PROFILE)
    return strictest(account, profiles or (), context.now)


async def _page(
    context: Context, profile_id: str, request: PageRequest, snapshot_id: str | None
) -> tuple[Viewer, Page, SnapshotState]:
    """The page that was asked for by its id; without an id, or when that is not kept, a new one."""
    if snapshot_id is not None:
        viewer = await viewer_or_guest(context, profile_id)
        served = await served_page(context, viewer, snapshot_id)
        if served is not None:
            return viewer, served, SnapshotState.REPLAYED
    viewer, page = await serve_home(context, profile_id, request)
    found = snapshot_id in (None, page.snapshot_id)
    return viewer, page, SnapshotState.CURRENT if found else SnapshotState.EXPIRED


async def _page_node(
    context: Context, key: str, snapshot_id: str | None, device: DeviceInput | None
) -> Node | None:
    """A page or one of its rows; null when there is no such row on it. `device` None: a TV that can draw all."""
    kind, parts = parse_global_id(key)
    request = page_request(device) if device else PageRequest()
    supports = styles_of(device) if device else ALL_STYLES
    profile_id = global_id("profile", ProfileId(parts[0]))
    viewer, page, state = await _page(context, profile_id, request, snapshot_id)
    if kind == "home":
        raw_id("home", key)
        return home_node(page, viewer, supports, state)
    nodes = (row_node(row, page, viewer, supports) for row in page.rows)
    return next((node for node in nodes if node.id == key), None)
