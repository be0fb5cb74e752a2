"""Page snapshots and cached pages as bytes: MessagePack behind a format mark and a checksum.

    page           "MP2" crc32 [page]
    cached page    snapshot id "MW3" crc32 [cached page]

msgspec decodes cards to tuples in C. Specs and reasons repeat between pages, so decoded ones are cached. Damaged
records and other formats raise UnreadableRecord.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zlib import crc32

import msgspec

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates, Tier
from domain.ids import ProfileId
from domain.layouts.model import RowSpec
from domain.layouts.request_context import PageRequest
from domain.layouts.row_kinds import RowSource
from domain.page.model import Degradation
from domain.page_cache.cached_page import CachedPage
from domain.recommendations.reasons import Reason
from domain.resilience.degradation_levels import ServiceLevel
from domain.snapshots.snapshot import PageSnapshot, RowSnapshot

PAGE_FORMAT, CACHED_PAGE_FORMAT = b"MP2", b"MW3"
CHECKSUM_BYTES = 4
ID_BYTES = 24


class UnreadableRecord(ValueError):
    pass


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


_encode = msgspec.msgpack.Encoder().encode
_page_decoder = msgspec.msgpack.Decoder(_Page)
_cached_page_decoder = msgspec.msgpack.Decoder(CachedPage)
_spec_decoder = msgspec.msgpack.Decoder(RowSpec)
_reason_decoder = msgspec.msgpack.Decoder(Reason)


def page_to_bytes(snapshot: PageSnapshot) -> bytes:
    return _seal(
        PAGE_FORMAT,
        _Page(
            snapshot.snapshot_id,
            snapshot.profile_id,
            snapshot.layout_id,
            snapshot.layout_version,
            snapshot.data_version,
            snapshot.generated_at,
            [_encode_row(row) for row in snapshot.rows],
            snapshot.degradations,
            dict(snapshot.arms),
            snapshot.forced_experiments,
            dict(snapshot.deciding_arms),
            snapshot.request,
            tuple((spec.id, spec.source) for spec in snapshot.dropped_rows),
            snapshot.level,
        ),
    )


def page_from_bytes(record: bytes) -> PageSnapshot:
    """Raises UnreadableRecord."""
    try:
        page = _page_decoder.decode(_unseal(PAGE_FORMAT, record))
        return PageSnapshot(
            page.snapshot_id,
            page.layout_id,
            page.layout_version,
            page.data_version,
            page.generated_at,
            ProfileId(page.profile_id),
            tuple([_decode_row(row) for row in page.rows]),
            degradations=page.degradations,
            arms=page.arms,
            forced_experiments=page.forced,
            deciding_arms=page.decided,
            request=page.request,
            dropped_rows=tuple([RowSpec(name, source) for name, source in page.dropped]),
            level=page.level,
        )
    except msgspec.MsgspecError as error:
        raise UnreadableRecord(str(error)) from error


def cached_page_to_bytes(cached: CachedPage) -> bytes:
    return cached.snapshot_id.encode() + _seal(CACHED_PAGE_FORMAT, cached)


def cached_page_from_bytes(record: bytes) -> CachedPage:
    """Raises UnreadableRecord."""
    try:
        cached = _cached_page_decoder.decode(_unseal(CACHED_PAGE_FORMAT, record[ID_BYTES:]))
    except msgspec.MsgspecError as error:
        raise UnreadableRecord(str(error)) from error
    if cached.snapshot_id.encode() != record[:ID_BYTES]:
        raise UnreadableRecord("its snapshot id differs from its prefix")
    return cached


def _seal(mark: bytes, record: object) -> bytes:
    payload = _encode(record)
    return mark + crc32(payload).to_bytes(CHECKSUM_BYTES) + payload


def _unseal(mark: bytes, record: bytes) -> memoryview:
    start = len(mark) + CHECKSUM_BYTES
    payload = memoryview(record)[start:]
    if record[: len(mark)] != mark or int.from_bytes(record[len(mark) : start]) != crc32(payload):
        raise UnreadableRecord("it has another format or a wrong checksum")
    return payload


def _encode_row(row: RowSnapshot) -> _Row:
    shown, count = row.candidates, len(row.columns)
    return _Row(
        _encode(shown.spec),
        _encode(shown.reason),
        shown.key,
        shown.freshness,
        shown.computed_at,
        shown.repeats,
        row.tier,
        shown.tier,
        shown.kind_override,
        row.position,
        list(shown.candidates),
        list(row.scores),
        None if row.columns == tuple(range(count)) else list(row.columns),
        row.signatures,
    )


def _decode_row(row: _Row) -> RowSnapshot:
    candidates = tuple(row.cards)
    columns = _default_columns(len(candidates)) if row.columns is None else tuple(row.columns)
    if len(columns) != len(candidates) or len(row.scores) != len(candidates):
        raise UnreadableRecord("a row has a different number of columns and cards")
    shown = RowCandidates(
        _decode_spec(row.spec),
        candidates,
        _decode_reason(row.reason),
        row.freshness,
        row.computed_at,
        row.key,
        row.repeats,
        tier=row.proposed_tier,
        kind_override=row.instead,
    )
    return RowSnapshot(shown, row.position, row.tier, columns, tuple(row.scores), row.signatures)


@lru_cache(maxsize=4096)
def _decode_spec(record: bytes) -> RowSpec:
    return _spec_decoder.decode(record)


@lru_cache(maxsize=4096)
def _decode_reason(record: bytes) -> Reason:
    return _reason_decoder.decode(record)


@lru_cache(maxsize=256)
def _default_columns(count: int) -> tuple[int, ...]:
    return tuple(range(count))
