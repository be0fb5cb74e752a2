"""Row sources, one file each, named like the source: `resolvers/rows/trending.py` fills rows of `RowSource.TRENDING`.

docs/adding-a-row.md shows how to add one.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from domain.layouts.row_kinds import RowSource
from resolvers.rows.source import Fill

ROW_SOURCES: Mapping[RowSource, Fill] = {
    source: import_module(f"resolvers.rows.{source}").fill for source in RowSource
}
