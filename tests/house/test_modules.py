"""The rooms: no import cycles, every room says what it is for, and a class name stands in one module."""

from __future__ import annotations

import ast
from collections import defaultdict

from tests.house.module_graph import PACKAGES, ROOT, cycles, imports, modules, syntax_tree


def test_the_graph_sees_type_only_and_local_imports() -> None:
    graph = imports()
    assert "batch.jobs.trending" in graph["batch.pipeline.registry"]
    assert len(graph) > 400


def test_no_module_is_part_of_an_import_cycle() -> None:
    assert cycles({"a": ["b"], "b": ["c"], "c": ["b"], "d": ["a"]}) == [["b", "c"]]
    assert cycles(imports()) == []


def test_every_room_says_what_it_is_for() -> None:
    rooms = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("__init__.py"))]
    assert len(rooms) > 40
    assert [str(file.relative_to(ROOT)) for file in rooms if not ast.get_docstring(syntax_tree(file))] == []


def test_a_public_class_name_stands_in_one_module() -> None:
    """A GraphQL type and its domain value may share a name."""
    places: dict[str, list[str]] = defaultdict(list)
    for module, file in modules().items():
        for node in syntax_tree(file).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(module)
    assert len(places) > 300
    shared = {
        name: found for name, found in places.items() if len(found) > 1 and not is_type_and_value(found)
    }
    assert shared == {}


def is_type_and_value(found: list[str]) -> bool:
    types = [module for module in found if module.startswith("resolvers.types.")]
    values = [module for module in found if module.startswith("domain.")]
    return len(types) == len(values) == 1 and len(found) == 2
