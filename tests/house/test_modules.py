"""The rooms: no import circles, and what a name means is said in one module."""

from __future__ import annotations

from tests.house.module_graph import cycles, imports


def test_the_graph_sees_type_only_and_local_imports() -> None:
    graph = imports()
    assert "batch.jobs.trending" in graph["batch.pipeline.registry"]
    assert len(graph) > 400


def test_no_module_is_part_of_an_import_cycle() -> None:
    assert cycles({"a": ["b"], "b": ["c"], "c": ["b"], "d": ["a"]}) == [["b", "c"]]
    assert cycles(imports()) == []
