"""Snapshots as compact JSON documents, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates, Tier
from domain.ids import ProfileId, TitleId
from domain.layouts.model import CardShape, RowSpec, RowStyle
from domain.layouts.request_context import PageRequest
from domain.layouts.row_kinds import RowSource
from domain.page.model import Degradation, DegradationKind
from domain.recommendations.reasons import Reason, ReasonKind
from domain.resilience.degradation_levels import ServiceLevel
from domain.snapshots.snapshot import PageSnapshot, RowSnapshot
from domain.timestamps import from_millis, to_millis
from domain.viewers.continue_watching import Resume, ResumeKind

FORMAT = 1
"""Increased when readers of the previous format cannot read it. A newer format is not read."""

OMITTED_WHEN_EMPTY = ("key", "options", "title", "chart", "repeats", "instead")


def page_to_document(snapshot: PageSnapshot) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "id": snapshot.snapshot_id,
        "profile": snapshot.profile_id,
        "layout": [snapshot.layout_id, snapshot.layout_version],
        "data": snapshot.data_version,
        "at": to_millis(snapshot.generated_at),
        "lost": [_degradation_to_array(one) for one in snapshot.degradations],
        "arms": dict(snapshot.arms),
        "forced": list(snapshot.forced_experiments),
        "decided": dict(snapshot.deciding_arms),
        "asked": _request_to_array(snapshot.request),
        "dropped": [[spec.id, spec.source.value] for spec in snapshot.dropped_rows],
        "level": snapshot.level.value,
        "rows": [_row_to_document(row) for row in snapshot.rows],
    }


def page_from_document(document: Mapping[str, Any]) -> PageSnapshot | None:
    """None for a newer format: the page has expired. Raises KeyError, TypeError or ValueError for other documents."""
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
        forced_experiments=tuple(document.get("forced", ())),
        deciding_arms=document.get("decided", {}),
        request=PageRequest(device, locale, _version(client), _version(schema)),
        dropped_rows=tuple(RowSpec(name, RowSource(source)) for name, source in document["dropped"]),
        level=ServiceLevel(document["level"]),
    )


def _degradation_to_array(degradation: Degradation) -> list[Any]:
    since = None if degradation.since is None else to_millis(degradation.since)
    return [degradation.what.value, degradation.served_instead, degradation.row_id, since]


def _row_to_document(row: RowSnapshot) -> dict[str, Any]:
    candidates, spec = row.candidates, row.candidates.spec
    document: dict[str, Any] = {
        "spec": spec.id,
        "key": candidates.key,
        "source": spec.source.value,
        "style": spec.style.value,
        "shape": spec.card_shape.value,
        "size": [spec.min_cards, spec.max_cards],
        "options": dict(spec.options),
        "title": dict(spec.title),
        "reason": _reason_to_array(candidates.reason),
        "from": candidates.freshness.value,
        "at": to_millis(candidates.computed_at),
        "chart": candidates.repeats,
        "repeats": spec.repeats,
        "tiers": [row.tier.value, candidates.tier.value],
        "instead": candidates.kind_override.value if candidates.kind_override else "",
        "position": row.position,
        "cards": [_card_to_array(*card) for card in zip(candidates.candidates, row.scores, strict=True)],
    }
    if row.columns != tuple(range(len(row.columns))):
        document["columns"] = list(row.columns)
    return {name: value for name, value in document.items() if value or name not in OMITTED_WHEN_EMPTY}


def _row_from_document(document: Mapping[str, Any]) -> RowSnapshot:
    get = document.get
    min_cards, max_cards = document["size"]
    spec = RowSpec(
        id=document["spec"],
        source=RowSource(document["source"]),
        style=RowStyle(document["style"]),
        card_shape=CardShape(document["shape"]),
        min_cards=min_cards,
        max_cards=max_cards,
        options=get("options", {}),
        title=get("title", {}),
        repeats=get("repeats", False),
    )
    cards = [_card_from_array(card) for card in document["cards"]]
    tier, source_tier = (Tier(name) for name in document["tiers"])
    candidates = RowCandidates(
        spec=spec,
        candidates=tuple(candidate for candidate, _ in cards),
        reason=_reason_from_array(document["reason"]),
        freshness=FreshnessSource(document["from"]),
        computed_at=from_millis(document["at"]),
        key=get("key", ""),
        repeats=get("chart", False),
        tier=source_tier,
        kind_override=RowSource(document["instead"]) if "instead" in document else None,
    )
    columns = tuple(get("columns", range(len(cards))))
    return RowSnapshot(candidates, document["position"], tier, columns, tuple(score for _, score in cards))


def _card_to_array(candidate: Candidate, score: float | None) -> list[Any]:
    """[title, source, score, source's own score, other sources, reason, resume, propensity], no trailing None."""
    values: list[Any] = [
        candidate.title_id,
        candidate.source,
        rounded_score(score),
        rounded_score(candidate.score),
        list(candidate.other_sources) or None,
        _reason_to_array(candidate.reason) if candidate.reason else None,
        _resume_to_array(candidate.resume) if candidate.resume else None,
        candidate.propensity,
    ]
    while values[-1] is None:
        values.pop()
    return values


def rounded_score(score: float | None) -> float | None:
    return None if score is None else round(score, 4)


def _card_from_array(values: Sequence[Any]) -> tuple[Candidate, float | None]:
    padded = list(values) + [None] * (8 - len(values))
    title_id, source, score, source_score, other_sources, reason, resume, propensity = padded
    candidate = Candidate(
        title_id=TitleId(title_id),
        source=source,
        reason=None if reason is None else _reason_from_array(reason),
        score=source_score,
        resume=None if resume is None else _resume_from_array(resume),
        other_sources=tuple(other_sources or ()),
        propensity=propensity,
    )
    return candidate, score


def _reason_to_array(reason: Reason) -> list[Any]:
    return [reason.kind.value, reason.seed, reason.detail, reason.share]


def _reason_from_array(values: Sequence[Any]) -> Reason:
    kind, seed, detail, share = values
    return Reason(ReasonKind(kind), None if seed is None else TitleId(seed), detail, share)


def _resume_to_array(resume: Resume) -> list[Any]:
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


def _resume_from_array(values: Sequence[Any]) -> Resume:
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


def _request_to_array(request: PageRequest) -> list[Any]:
    return [request.device, request.locale, request.client, request.schema]


def _version(numbers: Sequence[int] | None) -> tuple[int, ...] | None:
    return None if numbers is None else tuple(numbers)
