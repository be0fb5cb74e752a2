"""Experiments as documents: plain values in the shape of domain/experiments/schema.py, and back.

An experiment is kept under its key, the holdout under a name that no experiment can have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from domain.errors import BadInput
from domain.experiments.model import Experiment, ExperimentBook, ExperimentStatus, Holdout, Unit, Variant
from domain.experiments.schema import EXPERIMENT_SCHEMA, HOLDOUT_SCHEMA, SYNONYMS
from domain.json_schema import Problem, check
from domain.layouts.conditions import ALWAYS
from domain.layouts.documents import condition_of
from domain.timestamps import from_iso

Document = dict[str, Any]

HOLDOUT = ":holdout"
STORED_KEYS = ("_id", "revision")
"""What the store adds to a document."""


class BadExperiment(BadInput):
    """A document that is no usable experiment, with everything that is wrong with it."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        lines = "; ".join(str(problem) for problem in problems)
        super().__init__(f"experiment {name!r}: {lines}")
        self.name = name
        self.problems = tuple(problems)


def problems_of(document: object) -> tuple[Problem, ...]:
    """Everything that is wrong with one document, in its order; empty: it can be used."""
    found = tuple(check(document, EXPERIMENT_SCHEMA, synonyms=SYNONYMS))
    if found or not isinstance(document, Mapping):
        return found
    return tuple(_unusable(document))


def experiment_of(document: object) -> Experiment:
    """Raises BadExperiment with every problem."""
    plain = _plain(document)
    problems = problems_of(plain)
    if problems or not isinstance(plain, Mapping):
        name = plain.get("experiment", "?") if isinstance(plain, Mapping) else "?"
        raise BadExperiment(str(name), problems)
    segments = plain.get("segments", {"from": 0.0, "to": 1.0})
    return Experiment(
        key=plain["experiment"],
        variants=tuple(
            Variant(key, float(variant["weight"]), variant.get("data_version"))
            for key, variant in plain["variants"].items()
        ),
        status=ExperimentStatus(plain.get("status", ExperimentStatus.DRAFT)),
        phase=int(plain.get("phase", 1)),
        unit=Unit(plain.get("unit", Unit.PROFILE)),
        layout=plain.get("layout", "home"),
        layer=plain.get("layer", ""),
        segments=(float(segments["from"]), float(segments["to"])),
        coverage=float(plain.get("coverage", 1.0)),
        when=condition_of(plain["when"]) if plain.get("when") else ALWAYS,
        starts_at=from_iso(plain["from"]) if "from" in plain else None,
        ends_at=from_iso(plain["to"]) if "to" in plain else None,
        sticky=plain.get("sticky", True),
        bucket_version=int(plain.get("bucket_version", 0)),
        min_bucket_version=int(plain.get("min_bucket_version", 0)),
        hypothesis=plain.get("hypothesis", ""),
    )


def holdout_of(document: object) -> Holdout:
    """Raises BadExperiment with every problem."""
    plain = _plain(document)
    problems = tuple(check(plain, HOLDOUT_SCHEMA))
    if problems or not isinstance(plain, Mapping):
        raise BadExperiment("holdout", problems)
    return Holdout(float(plain["share"]), int(plain.get("phase", 1)))


def book_of(documents: Iterable[Mapping[str, Any]]) -> tuple[ExperimentBook, tuple[BadExperiment, ...]]:
    """The experiments that can be used, and what was wrong with the others.

    A holdout that cannot be read leaves the usual one: too few experiments are better than no holdout.
    """
    experiments, holdout, refused = list[Experiment](), Holdout(), list[BadExperiment]()
    for document in documents:
        try:
            if document.get("_id") == HOLDOUT:
                holdout = holdout_of(document)
            else:
                experiments.append(experiment_of(document))
        except BadExperiment as error:
            refused.append(error)
    return ExperimentBook.of(experiments, holdout), tuple(refused)


def _plain(document: object) -> object:
    if not isinstance(document, Mapping):
        return document
    return {name: value for name, value in document.items() if name not in STORED_KEYS}


def _unusable(document: Mapping[str, Any]) -> Iterator[Problem]:
    """What no schema can say about one experiment."""
    if len(document["variants"]) < 2:
        yield Problem(("variants",), "needs a control and at least one other variant.")
    if not sum(variant["weight"] for variant in document["variants"].values()) > 0:
        yield Problem(("variants",), "at least one variant needs a weight above 0.")
    segments = document.get("segments")
    if segments and segments["from"] >= segments["to"]:
        message = f"from {segments['from']:g} to {segments['to']:g} is nobody; `to` must be greater."
        yield Problem(("segments",), message)
    if segments and "layer" not in document:
        yield Problem(("segments",), "belong to a layer: name it in `layer`.")
    if document.get("when", {}).get("arm"):
        yield Problem(("when", "arm"), "an experiment cannot depend on another one; put both into one layer.")
    instants = {}
    for name in ("from", "to"):
        try:
            instants[name] = from_iso(document[name]) if name in document else None
        except BadInput as error:
            yield Problem((name,), str(error))
    start, end = instants.get("from"), instants.get("to")
    if start and end and start >= end:
        yield Problem(("to",), f"it ends at {document['to']}, before it starts at {document['from']}.")
    if document.get("min_bucket_version", 0) > document.get("bucket_version", 0):
        yield Problem(("min_bucket_version",), "is above bucket_version: everybody would be left out.")
