"""Why and why not: the page composed once more with a trace, and read for one title."""

from __future__ import annotations

from dataclasses import replace

from domain.candidates.trace import Trace
from domain.errors import BadInput
from domain.ids import TitleId
from domain.layouts.request_context import PageRequest
from domain.page.explanation import TitleExplanation, TraceEvidence, explain_title
from domain.signed_tokens import unseal
from resolvers.home.compose import ComposedPage, compose_page
from resolvers.request.context import Context
from resolvers.request.loaders import TitleLoader

CARD_FIELDS = 6
"""Of a card's tracking token: snapshot, row, place, column, title, source."""


async def explain(
    context: Context, global_profile_id: str, title_id: TitleId, request: PageRequest
) -> tuple[TitleExplanation, ComposedPage]:
    """The account of a title on this profile's page as it is now, and what that page was made from.

    Raises NotFound and BadInput as `make_page`, StoreUnavailable when the catalogue cannot be read.
    """
    trace: Trace = []
    made = await compose_page(context, global_profile_id, request, trace, any_account=True)
    shelf = TitleLoader(await context.pinned(), made.viewer.audience)
    seen = await shelf.load_with_refusals([title_id])
    exists = bool(seen.kept or seen.removed)
    account = explain_title(title_id, exists, seen.removed.get(title_id), evidence_of(made, trace, title_id))
    return account, made


async def explain_card(
    context: Context, global_profile_id: str, card_token: str, request: PageRequest
) -> tuple[TitleExplanation, ComposedPage]:
    """The account of a card, by its tracking token: of its title in its own row, on the page as it is now.

    Raises BadInput for what is no card's token, and as `explain`.
    """
    fields = unseal(context.secret, "tracking", card_token)
    if len(fields) != CARD_FIELDS:
        raise BadInput("cardToken: is a row's token; send that of a card.")
    _, row, _, _, title_id, _ = fields
    account, made = await explain(context, global_profile_id, TitleId(title_id), request)
    return replace(account, rows=tuple(sorted(account.rows, key=lambda each: each.row != row))), made


def evidence_of(made: ComposedPage, trace: Trace, title_id: TitleId) -> TraceEvidence:
    disliked = title_id in made.viewer.activity.disliked_ids()
    avoided = "disliked" if disliked else "watched" if title_id in made.viewer.avoided else None
    return TraceEvidence(
        proposals=made.gathered.proposals,
        trace=trace,
        removed=made.removed,
        hidden={
            **{row.row_id: row.why for row in made.dealt.resolved.hidden},
            **{spec.id: "its gate is closed for this profile" for spec in made.closed},
        },
        failed={spec_id: failure.value for spec_id, failure in made.gathered.failed.items()},
        avoided=avoided,
        parts=made.ranking.parts if made.ranking else None,
    )
