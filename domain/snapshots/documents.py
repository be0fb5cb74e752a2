"""Kept pages as compact JSON documents, and back. The format has a number of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates, Tier
from domain.ids import ProfileId, TitleId
from domain.layouts.model import CardShape, RowSource, RowSpec, RowStyle
from domain.layouts.request_context import PageRequest
from domain.page.model import Degradation, DegradationKind
from domain.recommendations.reasons import Reason, ReasonKind
from domain.resilience.degradation_levels import ServiceLevel
from domain.snapshots.snapshot import PageSnapshot, RowSnapshot
from domain.timestamps import from_millis, to_millis
from domain.viewers.continue_watching import Resume, ResumeKind

FORMAT = 1
"""Raised when a reader of the format before could not read it. A newer format than ours is not read at all."""

LEFT_OUT = ("key", "options", "title", "chart", "repeats", "instead")
"""Fields of a row that are not written when they say nothing."""


def page_to_document(kept: PageSnapshot) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "id": kept.snapshot_id,
        "profile": kept.profile_id,
        "layout": [kept.layout_id, kept.layout_version],
        "data": kept.data_version,
        "at": to_millis(kept.generated_at),
        "lost": [_loss_to_array(loss) for loss in kept.degradations],
        "arms": dict(kept.arms),
        "forced": list(kept.forced),
        "decided": dict(kept.decided),
        "asked": _asked(kept.request),
        "dropped": [[spec.id, spec.source.value] for spec in kept.dropped],
        "level": kept.level.value,
        "rows": [_row_to_document(row) for row in kept.rows],
    }


def page_from_document(document: Mapping[str, Any]) -> PageSnapshot | None:
    """None for a document of a format that is newer than ours: to us that page has expired.

    Raises KeyError, TypeError or ValueError for something that is no page at all.
    """
    if document["format"] > FORMAT:
        return None
    layout_id, layout_version = document["layout"]
    device, locale, client, schema = document["asked"]
    return PageSnapshot(
        snapshot_id=document["id"],
        profile_id=ProfileId(document["profile"]),
        layout_id=layout_id,
        layout_version=layout_version,
        data_version=document["data"],
        generated_at=from_millis(document["at"]),
        rows=tuple(_row_from_document(row) for row in document["rows"]),
        degradations=tuple(
            Degradation(
                DegradationKind(what), served_instead, row_id, None if since is None else from_millis(since)
            )
            for what, served_instead, row_id, since in document["lost"]
        ),
        arms=document["arms"],
        forced=tuple(document.get("forced", ())),
        decided=document.get("decided", {}),
        request=PageRequest(device, locale, _version(client), _version(schema)),
        dropped=tuple(RowSpec(name, RowSource(source)) for name, source in document["dropped"]),
        level=ServiceLevel(document["level"]),
    )


def _loss_to_array(loss: Degradation) -> list[Any]:
    since = None if loss.since is None else to_millis(loss.since)
    return [loss.what.value, loss.served_instead, loss.row_id, since]


def _row_to_document(row: RowSnapshot) -> dict[str, Any]:
    proposal, spec = row.proposal, row.proposal.spec
    document: dict[str, Any] = {
        "spec": spec.id,
        "key": proposal.key,
        "source": spec.source.value,
        "style": spec.style.value,
        "shape": spec.card_shape.value,
        "size": [spec.min_cards, spec.max_cards],
        "options": dict(spec.options),
        "title": dict(spec.title),
        "reason": _reason(proposal.reason),
        "from": proposal.freshness.value,
        "at": to_millis(proposal.computed_at),
        "chart": proposal.repeats,
        "repeats": spec.repeats,
        "tiers": [row.tier.value, proposal.tier.value],
        "instead": proposal.instead.value if proposal.instead else "",
        "position": row.position,
        "cards": [_card(*card) for card in zip(proposal.candidates, row.scores, strict=True)],
    }
    if row.columns != tuple(range(len(row.columns))):
        document["columns"] = list(row.columns)
    return {name: value for name, value in document.items() if value or name not in LEFT_OUT}


def _row_from_document(document: Mapping[str, Any]) -> RowSnapshot:
    get = document.get
    least, most = document["size"]
    spec = RowSpec(
        id=document["spec"],
        source=RowSource(document["source"]),
        style=RowStyle(document["style"]),
        card_shape=CardShape(document["shape"]),
        min_cards=least,
        max_cards=most,
        options=get("options", {}),
        title=get("title", {}),
        repeats=get("repeats", False),
    )
    cards = [_candidate(card) for card in document["cards"]]
    tier, proposed_tier = (Tier(name) for name in document["tiers"])
    proposal = RowCandidates(
        spec=spec,
        candidates=tuple(candidate for candidate, _ in cards),
        reason=_reason_from(document["reason"]),
        freshness=FreshnessSource(document["from"]),
        computed_at=from_millis(document["at"]),
        key=get("key", ""),
        repeats=get("chart", False),
        tier=proposed_tier,
        instead=RowSource(document["instead"]) if "instead" in document else None,
    )
    columns = tuple(get("columns", range(len(cards))))
    return RowSnapshot(proposal, document["position"], tier, columns, tuple(score for _, score in cards))


def _card(candidate: Candidate, score: float | None) -> list[Any]:
    """[title, source, score, source's own score, also, reason, resume, propensity], without the empty end."""
    values: list[Any] = [
        candidate.title_id,
        candidate.source,
        short(score),
        short(candidate.score),
        list(candidate.also) or None,
        _reason(candidate.reason) if candidate.reason else None,
        _resume(candidate.resume) if candidate.resume else None,
        candidate.propensity,
    ]
    while values[-1] is None:
        values.pop()
    return values


def short(score: float | None) -> float | None:
    """As many digits of a score as anybody reads."""
    return None if score is None else round(score, 4)


def _candidate(values: Sequence[Any]) -> tuple[Candidate, float | None]:
    padded = list(values) + [None] * (8 - len(values))
    title_id, source, score, own, also, reason, resume, propensity = padded
    candidate = Candidate(
        title_id=TitleId(title_id),
        source=source,
        reason=None if reason is None else _reason_from(reason),
        score=own,
        resume=None if resume is None else _resume_from(resume),
        also=tuple(also or ()),
        propensity=propensity,
    )
    return candidate, score


def _reason(reason: Reason) -> list[Any]:
    return [reason.kind.value, reason.seed, reason.detail, reason.share]


def _reason_from(values: Sequence[Any]) -> Reason:
    kind, seed, detail, share = values
    return Reason(ReasonKind(kind), None if seed is None else TitleId(seed), detail, share)


def _resume(resume: Resume) -> list[Any]:
    at = to_millis(resume.at)
    return [
        resume.kind.value,
        resume.title_id,
        at,
        resume.position_seconds,
        resume.duration_seconds,
        resume.series_id,
        resume.household,
    ]


def _resume_from(values: Sequence[Any]) -> Resume:
    kind, title_id, at, position, duration, series, household = values
    return Resume(
        ResumeKind(kind),
        TitleId(title_id),
        from_millis(at),
        position,
        duration,
        None if series is None else TitleId(series),
        household,
    )


def _asked(request: PageRequest) -> list[Any]:
    return [request.device, request.locale, request.client, request.schema]


def _version(numbers: Sequence[int] | None) -> tuple[int, ...] | None:
    return None if numbers is None else tuple(numbers)
