"""A page that this process composed, as the preview command prints it."""

from __future__ import annotations

from bff.layout_files.previewed_page import PreviewedPage, PreviewedRow
from domain.page.completeness import missing_parts
from domain.page.empty_rows import short_row_reasons
from domain.page.model import row_status
from resolvers.display_text import row_title
from resolvers.home.compose import ComposedPage
from resolvers.publishing.layout_previews import missing_row_reasons


def page_composed_here(composed: ComposedPage) -> PreviewedPage:
    page, viewer = composed.page, composed.viewer
    hidden = {row.row_id: row.reason for row in composed.arms.resolved.hidden}
    return PreviewedPage(
        profile=viewer.profile.name,
        device=page.request.device,
        market=viewer.region,
        at=page.generated_at,
        layout=page.layout_id,
        rows=tuple(
            PreviewedRow(
                row_title(row),
                len(row.cards),
                row_status(row, page.generated_at).value,
                row.candidates.name,
                row.tier.value,
                tuple(card.title.name for card in row.cards),
            )
            for row in page.rows
        ),
        missing=hidden | missing_row_reasons(composed),
        incomplete=missing_parts(page),
        short=short_row_reasons(page.rows, composed.rule_reach),
    )
