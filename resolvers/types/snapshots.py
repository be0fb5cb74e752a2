"""Served pages, for staff."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain.candidates.eligibility import Refusal
from domain.candidates.model import FreshnessSource, Tier
from domain.ids import global_id
from domain.layouts.row_kinds import RowSource
from domain.page.completeness import loss_text, missing_parts
from domain.recommendations.reasons import Reason
from domain.snapshots.diff import Change, ChangeKind
from domain.snapshots.documents import rounded_score
from domain.snapshots.snapshot import RowSnapshot
from resolvers.execution import pure
from resolvers.home.replays import PageView, Replay
from resolvers.types.enums import publish_enum
from resolvers.types.home import LayoutRef

publish_enum(ChangeKind, "PageChangeKind", "What became of a part of a page.")
publish_enum(Refusal, "Withholding", "Why a title may not be shown to a profile.")


@strawberry.type(description="A variant of an experiment that had a say in a page.")
class ServedArm:
    experiment: str = strawberry.field(description="The experiment.")
    variant: str = strawberry.field(description="The variant.")


@strawberry.type(description="A card as it was served.")
class ServedCard:
    title_id: strawberry.ID = strawberry.field(description="The title.")
    name: str | None = strawberry.field(
        description="Its name; null when it is gone or the profile may not see it now."
    )
    withheld: Refusal | None = strawberry.field(description="Why the profile may not see it now, if so.")
    column: int = strawberry.field(description="Its place in the row, counted from 0.")
    source: str = strawberry.field(description="The list it came from.")
    also: list[str] = strawberry.field(description="Further lists that had it.")
    score: float | None = strawberry.field(description="The blended score that ranked it.")
    source_score: float | None = strawberry.field(description="Its score in its own list.")
    propensity: float | None = strawberry.field(
        description="The chance with which exploration chose it; null when it was not chosen by chance."
    )
    reason: str | None = strawberry.field(description="The kind of reason it was given, and what it named.")


@strawberry.type(description="A row as it was served.")
class ServedRow:
    name: str = strawberry.field(description="What the layout calls it, and its key when it makes several.")
    title: str | None = strawberry.field(
        description="What stood above it; null when the profile may see nothing of it now."
    )
    kind: RowSource = strawberry.field(description="What filled it.")
    position: int = strawberry.field(description="Its place on the page, counted from 0.")
    tier: Tier = strawberry.field(description="The fallback tier it was served from.")
    source: FreshnessSource = strawberry.field(description="By whom its data was computed.")
    computed_at: datetime = strawberry.field(description="When.")
    reason: str = strawberry.field(description="The kind of reason it was given, and what it named.")
    diversity: float | None = strawberry.field(
        description="How unlike each other its cards are, 0 to 1; null when fewer than two may be seen now."
    )
    cards: list[ServedCard] = strawberry.field(description="Its cards, first to last.")


@strawberry.type(description="A part of a page that is not what it was.")
class PageChange:
    kind: ChangeKind = strawberry.field(description="What became of it.")
    text: str = strawberry.field(description="A sentence; places count from 1.")
    row: str | None = strawberry.field(description="The row it is about, as the layout calls it.")
    title_id: strawberry.ID | None = strawberry.field(description="The title it is about.")


@strawberry.type(description="A page with everything that decided it.")
class PageRecord:
    id: strawberry.ID = strawberry.field(description="Its snapshot id.")
    profile_id: strawberry.ID = strawberry.field(description="Whose page it is.")
    generated_at: datetime = strawberry.field(description="When it was first composed.")
    device: str = strawberry.field(description="What it was made up for.")
    locale: str = strawberry.field(description="In which language.")
    layout: LayoutRef = strawberry.field(description="The layout it was composed from.")
    data_version: str | None = strawberry.field(description="Version of the nightly run's data.")
    arms: list[ServedArm] = strawberry.field(description="Experiments that had a say in it.")
    degradations: list[str] = strawberry.field(description="What it had to do without, and had instead.")
    losses: list[str] = strawberry.field(
        description="The same in words: `trending: row late; instead: what is popular`."
    )
    rows: list[ServedRow] = strawberry.field(description="Its rows, top to bottom.")


@strawberry.type(description="A page as it was served, and what became of it.")
class ServedPage:
    replay: strawberry.Private[Replay]

    @pure(description="The page as it was served.")
    def then(self) -> PageRecord:
        return page_record_node(self.replay.then)

    @strawberry.field(description="The page in its place now: same profile, same device.")
    async def now(self) -> PageRecord:
        return page_record_node(await self.replay.now())

    @pure(description="Whose page it is, such as Mina.")
    def profile_name(self) -> str:
        return self.replay.viewer.profile.name

    @strawberry.field(
        description="What the page now lacks because a store did not answer, so that changes may be none. Empty: it "
        "is complete."
    )
    async def incomplete(self) -> list[str]:
        return list(missing_parts((await self.replay.now()).snapshot))

    @strawberry.field(description="What is new, gone or elsewhere now; empty when nothing changed.")
    async def changes(self) -> list[PageChange]:
        return [_change(change) for change in await self.replay.changes()]


def page_record_node(view: PageView) -> PageRecord:
    snapshot, titles = view.snapshot, view.row_titles()
    return PageRecord(
        id=strawberry.ID(snapshot.snapshot_id),
        profile_id=strawberry.ID(global_id("profile", snapshot.profile_id)),
        generated_at=snapshot.generated_at,
        device=snapshot.request.device,
        locale=snapshot.request.locale,
        layout=LayoutRef(id=strawberry.ID(snapshot.layout_id), version=snapshot.layout_version),
        data_version=snapshot.data_version,
        arms=[ServedArm(experiment=name, variant=variant) for name, variant in sorted(snapshot.arms.items())],
        degradations=[f"{loss.what}: {loss.served_instead}" for loss in snapshot.degradations],
        losses=[loss_text(loss) for loss in snapshot.degradations],
        rows=[_row(row, titles.get(row.candidates.name), view) for row in snapshot.rows],
    )


def _row(row: RowSnapshot, title: str | None, view: PageView) -> ServedRow:
    proposal = row.candidates
    return ServedRow(
        name=proposal.name,
        title=title,
        kind=proposal.kind,
        position=row.position,
        tier=row.tier,
        source=proposal.freshness,
        computed_at=proposal.computed_at,
        reason=reason_text(proposal.reason),
        diversity=view.diversity(row),
        cards=_cards(row, view),
    )


def _cards(row: RowSnapshot, view: PageView) -> list[ServedCard]:
    names, withheld = view.names(), view.filtered.refused
    return [
        ServedCard(
            title_id=strawberry.ID(global_id("title", one.title_id)),
            name=names[one.title_id].name if one.title_id in names else None,
            withheld=withheld.get(one.title_id),
            column=column,
            source=one.source,
            also=list(one.other_sources),
            score=rounded_score(score),
            source_score=rounded_score(one.score),
            propensity=one.propensity,
            reason=reason_text(one.reason) if one.reason else None,
        )
        for one, column, score in zip(row.candidates.candidates, row.columns, row.scores, strict=True)
    ]


def reason_text(reason: Reason) -> str:
    """ "because_you_watched tt0111161", "popular DE"."""
    return " ".join(part for part in (reason.kind.value, reason.seed, reason.detail) if part)


def _change(change: Change) -> PageChange:
    title_id = strawberry.ID(global_id("title", change.title_id)) if change.title_id else None
    return PageChange(kind=change.kind, text=change.text, row=change.row or None, title_id=title_id)
