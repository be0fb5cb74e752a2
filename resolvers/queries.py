"""The query root."""

from __future__ import annotations

import asyncio

import strawberry

from domain.catalog.works import one_of_each_work
from domain.errors import BadInput, NotFound
from domain.ids import ProfileId, TitleId
from domain.layouts.request_context import PageRequest
from domain.page.model import Page
from domain.ports.stores import SearchQuery
from domain.viewers.anonymous_sessions import is_session
from domain.viewers.profiles import Audience, strictest_audience
from resolvers.home.explanations import explain, explain_card
from resolvers.home.replays import replay
from resolvers.home.serve import serve_home
from resolvers.home.snapshots import load_served_page
from resolvers.request.authorization import require_role
from resolvers.request.context import Context, ContextInfo
from resolvers.request.loaders import TitleLoader
from resolvers.request.viewer import NO_SUCH_PROFILE, Viewer, load_viewer, load_viewer_or_guest
from resolvers.staff.experiments import ExperimentQueries
from resolvers.staff.filter_rules import FilterRuleQueries
from resolvers.staff.layout_previews import LayoutPreviewQueries
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
    parse_search_text,
)
from resolvers.types.connection import Connection, connect, list_id, page_size
from resolvers.types.departures import ProfileExport
from resolvers.types.device import EVERYTHING, DeviceInput
from resolvers.types.enums import SnapshotState
from resolvers.types.explanations import Explanation, explanation_node
from resolvers.types.home import Home, home_node
from resolvers.types.ids import (
    NodeId,
    parse_card_token,
    parse_node_id,
    parse_optional_profile_id,
    parse_profile_id,
    parse_title_id,
)
from resolvers.types.node import Node
from resolvers.types.onboarding import Onboarding
from resolvers.types.profiles import Profile, profile_node
from resolvers.types.rows import row_node
from resolvers.types.scalars import ProfileDocument
from resolvers.types.snapshots import ServedPage
from resolvers.types.titles import Title, TitleState, title_node
from resolvers.viewing.departures import export_profile
from resolvers.viewing.more_like_this import load_similar_titles
from resolvers.viewing.onboarding import load_onboarding_titles


@strawberry.type(description="Everything that can be read.")
class Query(LayoutQueries, LayoutPreviewQueries, ExperimentQueries, FilterRuleQueries):
    @strawberry.field(
        description="The home page of a profile. Null with NOT_FOUND for a profile that is not the account's."
    )
    async def home(
        self, info: ContextInfo, profile_id: ProfileKey, device: Device, snapshot_id: MaybeSnapshot = None
    ) -> Home | None:
        request, profile = device.to_domain(), parse_profile_id(profile_id)
        viewer, page, state = await _load_page(info.context, profile, request, snapshot_id)
        return home_node(page, viewer, device.drawable(), state)

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
        node_id = parse_node_id(id)
        if node_id.kind == "title":
            title_id = TitleId(node_id.single_part())
            return await _load_title(info.context, title_id, parse_optional_profile_id(profile_id))
        if node_id.kind == "profile":
            viewer = await load_viewer(info.context, ProfileId(node_id.single_part()))
            return profile_node(viewer.profile)
        if node_id.kind == "state":
            return await _load_state(info.context, node_id)
        if node_id.kind in ("home", "row"):
            return await _load_page_node(info.context, id, node_id, snapshot_id, device)
        raise BadInput("This is not an id of this API. Use ids as the API returned them.")

    @strawberry.field(
        description="A title as this profile may see it; null when it may not, or there is none."
    )
    async def title(self, info: ContextInfo, id: TitleKey, profile_id: ProfileKey) -> Title | None:
        return await _load_title(info.context, parse_title_id(id), parse_optional_profile_id(profile_id))

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
        size = page_size(first, 20)
        seed = parse_title_id(title_id)
        viewer = await load_viewer(info.context, parse_profile_id(profile_id))
        found = await load_similar_titles(info.context, viewer, seed)
        nodes = [title_node(title, viewer.audience, viewer) for title in found]
        return connect(nodes, size, after, list_id("similar", seed, nodes), info.context.secret, len(nodes))

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
        size = page_size(first, 20)
        words = parse_search_text(text)
        viewer = await load_viewer(info.context, parse_profile_id(profile_id))
        loaders = await info.context.version_loaders()
        query = SearchQuery(words, viewer.audience, genre, kind)
        found = await TitleLoader(loaders, viewer.audience).load(await loaders.search(query))
        nodes = [title_node(title, viewer.audience, viewer) for title in one_of_each_work(found).values()]
        return connect(nodes, size, after, list_id("search", words, nodes), info.context.secret, len(nodes))

    @strawberry.field(description="What to ask a new profile, to know its taste soonest.")
    async def onboarding(
        self, info: ContextInfo, profile_id: ProfileKey, first: First = 20
    ) -> Onboarding | None:
        size = page_size(first, 20)
        viewer = await load_viewer(info.context, parse_profile_id(profile_id))
        return Onboarding(suggested=await load_onboarding_titles(info.context, viewer, size), viewer=viewer)

    @strawberry.field(
        description="Why a card is where it is, by its tracking token: the way of its title in its own row, from "
        "the sources to its place, with every term of its score. For staff."
    )
    async def explain(
        self, info: ContextInfo, profile_id: AnyProfileKey, card_token: CardToken, device: Device
    ) -> Explanation | None:
        require_role(info.context)
        request = device.to_domain()
        title, row = parse_card_token(info.context.secret, card_token)
        profile = parse_profile_id(profile_id)
        return explanation_node(*await explain_card(info.context, profile, title, row, request))

    @strawberry.field(
        description="Why a title is on this profile's page now, or the first cause that it is not, with the "
        "margin. For staff, who may ask about any account's profiles."
    )
    async def why_not(
        self, info: ContextInfo, profile_id: AnyProfileKey, title_id: TitleKey, device: Device
    ) -> Explanation | None:
        require_role(info.context)
        title, request = parse_title_id(title_id), device.to_domain()
        return explanation_node(*await explain(info.context, parse_profile_id(profile_id), title, request))

    @strawberry.field(
        description="For staff: a page as it was served under this id, with what decided it, and what became of it. "
        "NOT_FOUND when it is not kept any more."
    )
    async def page(self, info: ContextInfo, snapshot_id: SnapshotKey) -> ServedPage | None:
        require_role(info.context)
        return ServedPage(replay=await replay(info.context, snapshot_id))

    @strawberry.field(description="The profiles of the account that asks, oldest first.")
    async def profiles(self, info: ContextInfo) -> list[Profile]:
        account_id = info.context.principal.account_id
        if is_session(account_id):
            return [profile_node((await load_viewer(info.context, ProfileId(account_id))).profile)]
        found = await info.context.loaders.profiles_by_account.load(account_id)
        ordered = sorted(found or (), key=lambda profile: (profile.created_at, profile.id))
        return [profile_node(profile) for profile in ordered]

    @strawberry.field(
        description="Everything that the stores hold about a profile, as one JSON document. For the account that "
        "owns it, and for operators. Null with NOT_FOUND for a profile that is not the account's."
    )
    async def profile_export(self, info: ContextInfo, profile_id: ProfileKey) -> ProfileExport | None:
        document = await export_profile(info.context, parse_profile_id(profile_id))
        return ProfileExport(
            document=ProfileDocument(document),
            is_complete=document["complete"],
            missing=document["missing"],
        )


async def _load_title(context: Context, title_id: TitleId, profile_id: ProfileId | None) -> Title | None:
    viewer = await load_viewer(context, profile_id) if profile_id else None
    audience = viewer.audience if viewer else await _load_strictest_audience(context)
    found = await TitleLoader(await context.version_loaders(), audience).load([title_id])
    return title_node(found[title_id], audience, viewer) if title_id in found else None


async def _load_state(context: Context, node_id: NodeId) -> TitleState | None:
    """None for a title that the profile may not see, as for an unknown one."""
    profile_id, title_id = node_id.two_parts()
    title = await _load_title(context, TitleId(title_id), ProfileId(profile_id))
    return title.state() if title else None


async def _load_strictest_audience(context: Context) -> Audience:
    account, profiles, _ = await asyncio.gather(
        context.loaders.account.load(context.principal.account_id),
        context.loaders.profiles_by_account.load(context.principal.account_id),
        context.hear_changes(),
    )
    if account is None:
        raise NotFound(NO_SUCH_PROFILE)
    return strictest_audience(account, profiles or (), context.now)


async def _load_page(
    context: Context, profile_id: ProfileId, request: PageRequest, snapshot_id: str | None
) -> tuple[Viewer, Page, SnapshotState]:
    """The page of this snapshot; a current one when it has expired or none is named."""
    if snapshot_id is not None:
        viewer = await load_viewer_or_guest(context, profile_id)
        served = await load_served_page(context, viewer, snapshot_id)
        if served is not None:
            return viewer, served, SnapshotState.REPLAYED
    viewer, page = await serve_home(context, profile_id, request)
    found = snapshot_id in (None, page.snapshot_id)
    return viewer, page, SnapshotState.CURRENT if found else SnapshotState.EXPIRED


async def _load_page_node(
    context: Context, key: str, node_id: NodeId, snapshot_id: str | None, device: DeviceInput | None
) -> Node | None:
    """Without `device`, a TV that can draw every style."""
    request = device.to_domain() if device else PageRequest()
    supports = device.drawable() if device else EVERYTHING
    profile_id = ProfileId(node_id.parts[0])
    viewer, page, state = await _load_page(context, profile_id, request, snapshot_id)
    if node_id.kind == "home":
        node_id.single_part()
        return home_node(page, viewer, supports, state)
    nodes = (row_node(row, page, viewer, supports) for row in page.rows)
    return next((node for node in nodes if node.id == key), None)
