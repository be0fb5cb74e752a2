"""Kept pages and warm pages as bytes, and back: MessagePack behind a format number and a checksum.

    page   "MP2" crc32 [page]          one for paging, replay and warm pages
    warm   snapshot id "MW1" crc32 [warm page]

Cards are arrays and become tuples in C (msgspec); specs and reasons repeat from page to page, so what was decoded
once is kept. Whatever is not exactly such a record raises Unreadable: cut short, changed, of another format.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zlib import crc32

import msgspec

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates, Tier
from domain.ids import ProfileId
from domain.layouts.model import RowSource, RowSpec
from domain.layouts.request_context import PageRequest
from domain.page.model import Degradation
from domain.page_cache.cached_page import CachedPage
from domain.recommendations.reasons import Reason
from domain.resilience.degradation_levels import ServiceLevel
from domain.snapshots.snapshot import PageSnapshot, RowSnapshot

PAGE, WARM = b"MP2", b"MW1"
CHECKSUM_BYTES = 4
ID_BYTES = 24


class Unreadable(ValueError):
    """This is no record of ours."""


class _Row(msgspec.Struct, array_like=True, gc=False, frozen=True):
    spec: bytes
    reason: bytes
    key: str
    freshness: FreshnessSource
    computed_at: datetime
    repeats: bool
    tier: Tier
    proposed_tier: Tier
    instead: RowSource | None
    position: int
    cards: list[Candidate]
    scores: list[float | None]
    columns: list[int] | None
    signatures: bytes


class _Page(msgspec.Struct, array_like=True, gc=False, frozen=True):
    snapshot_id: str
    profile_id: str
    layout_id: str
    layout_version: int
    data_version: str | None
    generated_at: datetime
    rows: list[_Row]
    degradations: tuple[Degradation, ...]
    arms: dict[str, str]
    forced: tuple[str, ...]
    decided: dict[str, str]
    request: PageRequest
    dropped: tuple[tuple[str, RowSource], ...]
    level: ServiceLevel


_write = msgspec.msgpack.Encoder().encode
_page = msgspec.msgpack.Decoder(_Page)
_warm = msgspec.msgpack.Decoder(CachedPage)
_spec = msgspec.msgpack.Decoder(RowSpec)
_reason = msgspec.msgpack.Decoder(Reason)


def page_to_bytes(kept: PageSnapshot) -> bytes:
    return _sealed(
        PAGE,
        _Page(
            kept.snapshot_id,
            kept.profile_id,
            kept.layout_id,
            kept.layout_version,
            kept.data_version,
            kept.generated_at,
            [_row_record(row) for row in kept.rows],
            kept.degradations,
            dict(kept.arms),
            kept.forced,
            dict(kept.decided),
            kept.request,
            tuple((spec.id, spec.source) for spec in kept.dropped),
            kept.level,
        ),
    )


def page_from_bytes(record: bytes) -> PageSnapshot:
    """Raises Unreadable."""
    try:
        page = _page.decode(_opened(PAGE, record))
        return PageSnapshot(
            page.snapshot_id,
            ProfileId(page.profile_id),
            page.layout_id,
            page.layout_version,
            page.data_version,
            page.generated_at,
            tuple([_row(row) for row in page.rows]),
            page.degradations,
            page.arms,
            page.forced,
            page.decided,
            page.request,
            tuple([RowSpec(name, source) for name, source in page.dropped]),
            page.level,
        )
    except msgspec.MsgspecError as error:
        raise Unreadable(str(error)) from error


def warm_to_bytes(warm: CachedPage) -> bytes:
    return warm.snapshot_id.encode() + _sealed(WARM, warm)


def warm_from_bytes(record: bytes) -> CachedPage:
    """Raises Unreadable."""
    try:
        warm = _warm.decode(_opened(WARM, record[ID_BYTES:]))
    except msgspec.MsgspecError as error:
        raise Unreadable(str(error)) from error
    if warm.snapshot_id.encode() != record[:ID_BYTES]:
        raise Unreadable("it names another page than it says")
    return warm


def _sealed(mark: bytes, record: object) -> bytes:
    written = _write(record)
    return mark + crc32(written).to_bytes(CHECKSUM_BYTES) + written


def _opened(mark: bytes, record: bytes) -> memoryview:
    start = len(mark) + CHECKSUM_BYTES
    written = memoryview(record)[start:]
    if record[: len(mark)] != mark or int.from_bytes(record[len(mark) : start]) != crc32(written):
        raise Unreadable("it is of another format, or was changed")
    return written


def _row_record(row: RowSnapshot) -> _Row:
    proposal, count = row.proposal, len(row.columns)
    return _Row(
        _write(proposal.spec),
        _write(proposal.reason),
        proposal.key,
        proposal.freshness,
        proposal.computed_at,
        proposal.repeats,
        row.tier,
        proposal.tier,
        proposal.instead,
        row.position,
        list(proposal.candidates),
        list(row.scores),
        None if row.columns == tuple(range(count)) else list(row.columns),
        row.signatures,
    )


def _row(row: _Row) -> RowSnapshot:
    candidates = tuple(row.cards)
    columns = _columns(len(candidates)) if row.columns is None else tuple(row.columns)
    if len(columns) != len(candidates) or len(row.scores) != len(candidates):
        raise Unreadable("a row has not as many places as cards")
    proposal = RowCandidates(
        _spec_of(row.spec),
        candidates,
        _reason_of(row.reason),
        row.freshness,
        row.computed_at,
        row.key,
        row.repeats,
        tier=row.proposed_tier,
        instead=row.instead,
    )
    return RowSnapshot(proposal, row.position, row.tier, columns, tuple(row.scores), row.signatures)


@lru_cache(maxsize=4096)
def _spec_of(record: bytes) -> RowSpec:
    return _spec.decode(record)


@lru_cache(maxsize=4096)
def _reason_of(record: bytes) -> Reason:
    return _reason.decode(record)


@lru_cache(maxsize=256)
def _columns(count: int) -> tuple[int, ...]:
    return tuple(range(count))
