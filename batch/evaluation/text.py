"""The table as text: one line a model and slice, one column a metric."""

from __future__ import annotations

from collections.abc import Iterable

from batch.evaluation.metrics import NDCG
from batch.evaluation.table import EvaluationTable, Score

WIDTH = 17


def table_text(table: EvaluationTable) -> str:
    if not table.scores:
        return table.note
    metrics = list(dict.fromkeys(one.metric for one in table.scores))
    names = max(len("model"), *(len(one.model) for one in table.scores))
    slices = max(len("slice"), *(len(one.slice) for one in table.scores))
    head = f"{'level':<6} {'slice':<{slices}} {'model':<{names}} {'users':>7}  "
    lines = [(head + "".join(f"{metric:<{_width(metric)}}" for metric in metrics)).rstrip()]
    for (level, who, model), scores in _by_row(table.scores).items():
        users = max(one.users for one in scores.values())
        cells = "".join(f"{_cell(scores.get(metric)):<{_width(metric)}}" for metric in metrics)
        lines.append(f"{level:<6} {who:<{slices}} {model:<{names}} {users:>7,}  {cells}".rstrip())
    return "\n".join([*lines, *_differences(table), "", table.note])


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
