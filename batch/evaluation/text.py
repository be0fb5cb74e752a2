"""The table as text: one line a model and slice, one column a metric of the level."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.evaluation.table import NDCG, EvaluationTable, Score

WIDTH = 17


def table_text(table: EvaluationTable) -> str:
    if not table.scores:
        return table.note
    levels = list(dict.fromkeys(one.level for one in table.scores))
    blocks = [_level_lines([one for one in table.scores if one.level == level]) for level in levels]
    lines = [line for block in blocks for line in (*block, "")]
    return "\n".join([*lines[:-1], *_differences(table), "", table.note])


def _level_lines(scores: Sequence[Score]) -> list[str]:
    """Each level has its own metrics."""
    metrics = list(dict.fromkeys(one.metric for one in scores))
    names = max(len("model"), *(len(one.model) for one in scores))
    slices = max(len("slice"), *(len(one.slice) for one in scores))
    head = f"{'level':<6} {'slice':<{slices}} {'model':<{names}} {'users':>7}  "
    lines = [(head + "".join(f"{metric:<{_width(metric)}}" for metric in metrics)).rstrip()]
    for (level, who, model), found in _by_row(scores).items():
        users = max(one.users for one in found.values())
        cells = "".join(f"{_cell(found.get(metric)):<{_width(metric)}}" for metric in metrics)
        lines.append(f"{level:<6} {who:<{slices}} {model:<{names}} {users:>7,}  {cells}".rstrip())
    return lines


def _by_row(scores: Iterable[Score]) -> dict[tuple[str, str, str], dict[str, Score]]:
    rows: dict[tuple[str, str, str], dict[str, Score]] = {}
    for one in scores:
        rows.setdefault((one.level, one.slice, one.model), {})[one.metric] = one
    return rows


def _cell(score: Score | None) -> str:
    if score is None:
        return "-"
    if score.low is None or score.high is None:
        return f"{score.value:.3f}"
    return f"{score.value:.4f} {score.low:.3f}-{score.high:.3f}"


def _width(metric: str) -> int:
    return max(WIDTH, len(metric)) + 2


def _differences(table: EvaluationTable) -> list[str]:
    """Of NDCG and page-level metrics: the others tell the same story."""
    shown = [one for one in table.differences if one.metric == NDCG or one.level != "title"]
    lines = [
        f"{one.level}, {one.slice}: candidate - {one.against} = {one.value:+.4f} [{one.low:+.4f}, {one.high:+.4f}] "
        f"{one.metric}: {one.verdict}"
        for one in shown
    ]
    return ["", "Paired differences, 95 % intervals:", *lines] if lines else []
