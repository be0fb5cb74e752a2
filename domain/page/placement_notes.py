"""What overrules the layout's order: for each row of a page that stands elsewhere, the rule that put it there."""

from __future__ import annotations

from collections.abc import Sequence

from domain.layouts.model import Layout, RowPlacement


def placement_notes(layout: Layout, rows: Sequence[str]) -> dict[str, str]:
    """Row spec -> a sentence without a full stop. `rows` are the specs of the page's rows, top to bottom.

    Rows that the page lacks are counted nowhere; several rows of one spec stand where their first one does.
    """
    shown = list(dict.fromkeys(rows))
    specs = {spec.id: spec for spec in layout.rows}
    planned = [spec.id for spec in layout.rows if spec.id in shown]
    notes: dict[str, str] = {}
    for position, name in enumerate((one for one in shown if one in specs), start=1):
        place = planned.index(name) + 1
        if place != position:
            where = f"position {position}; the order of the layout has it at {place}"
            notes[name] = f"{_cause(specs[name].place, layout.personal_order)}: {where}"
    return notes


def _cause(place: RowPlacement, is_personal: bool) -> str:
    if place.pin is not None:
        return f"pinned to position {place.pin}"
    rules = [
        *([f"earliest {place.earliest}"] if place.earliest > 1 else []),
        *([f"latest {place.latest}"] if place.latest is not None else []),
        *([f"after {place.after}"] if place.after else []),
        *([f"before {place.before}"] if place.before else []),
        *([f"apart from {', '.join(place.apart_from)}"] if place.apart_from else []),
    ]
    within = f" within {', '.join(rules)}" if rules else ""
    if is_personal:
        return f"personal order by its value to the viewer{within}"
    return f"moved by place rules ({', '.join(rules)})" if rules else "moved by place rules of other rows"
