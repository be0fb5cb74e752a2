"""What the index holds of a stored title, beside its document.

stretches   the times without a gap that end, by region: domain/catalog/licences.py joins the licences. A query on
            single licences cannot join them.
format      INDEX_FORMAT. Documents of an older Marquee, in an index built before an upgrade, have none.
"""

from __future__ import annotations

from domain.catalog.documents import windows_from_document
from domain.catalog.licences import LeavingStretch, leaving_stretches
from domain.serialization import Document
from domain.timestamps import to_millis

INDEX_FORMAT = 2


def index_document(document: Document) -> Document:
    """`document` is `domain.catalog.documents.title_to_document`."""
    ends = [_stretch(entry) for entry in leaving_stretches(windows_from_document(document))]
    return {**document, "format": INDEX_FORMAT, **({"stretches": ends} if ends else {})}


def _stretch(entry: LeavingStretch) -> Document:
    starts_at, ends_at = entry.stretch.starts_at, entry.stretch.ends_at
    if ends_at is None:
        raise ValueError("a stretch without an end does not leave")
    apart = {"apart": list(entry.apart)} if entry.apart else {}
    return {
        "regions": list(entry.regions),
        "starts_at": to_millis(starts_at),
        "ends_at": to_millis(ends_at),
        **apart,
    }
