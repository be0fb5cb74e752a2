"""Experiments as documents, and back. domain/experiments/schema.py has the shape.

A document is stored under the experiment's key, the holdout under a key that no experiment can have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from domain.errors import BadInput
from domain.experiments.model import Experiment, ExperimentSet, ExperimentStatus, Holdout, Unit, Variant
from domain.experiments.schema import EXPERIMENT_SCHEMA, HOLDOUT_SCHEMA, SYNONYMS
from domain.json_schema import Formats, Problem, check
from domain.layouts.conditions import ALWAYS
from domain.layouts.documents import parse_condition
from domain.layouts.row_schema import FORMATS
from domain.timestamps import from_iso

HOLDOUT = ":holdout"
STORE_KEYS = ("_id", "revision")
"""Added by the store."""


class BadExperiment(BadInput):
    """With all problems."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        lines = "; ".join(str(problem) for problem in problems)
        super().__init__(f"experiment {name!r}: {lines}")
        self.name = name


def experiment_problems(document: object, formats: Formats = FORMATS) -> tuple[Problem, ...]:
    """In the document's order; empty: it can be used."""
    found = tuple(check(document, EXPERIMENT_SCHEMA, synonyms=SYNONYMS, formats=formats))
    if found or not isinstance(document, Mapping):
        return found
    return tuple(_check_values(document))


def experiment_from_document(document: object, formats: Formats = FORMATS) -> Experiment:
    """Raises BadExperiment."""
    plain = _without_store_keys(document)
    problems = experiment_problems(plain, formats)
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
        when=parse_condition(plain["when"]) if plain.get("when") else ALWAYS,
        starts_at=from_iso(plain["from"]) if "from" in plain else None,
        ends_at=from_iso(plain["to"]) if "to" in plain else None,
        sticky=plain.get("sticky", True),
        bucket_version=int(plain.get("bucket_version", 0)),
        min_bucket_version=int(plain.get("min_bucket_version", 0)),
        hypothesis=plain.get("hypothesis", ""),
    )


def holdout_from_document(document: object) -> Holdout:
    """Raises BadExperiment."""
    plain = _without_store_keys(document)
    problems = tuple(check(plain, HOLDOUT_SCHEMA))
    if problems or not isinstance(plain, Mapping):
        raise BadExperiment("holdout", problems)
    return Holdout(float(plain["share"]), int(plain.get("phase", 1)))


def experiments_from_documents(
    documents: Iterable[Mapping[str, Any]],
) -> tuple[ExperimentSet, tuple[BadExperiment, ...]]:
    """The usable experiments, and the errors of the others. An unreadable holdout gives the default one."""
    experiments, holdout, errors = list[Experiment](), Holdout(), list[BadExperiment]()
    for document in documents:
        try:
            if document.get("_id") == HOLDOUT:
                holdout = holdout_from_document(document)
            else:
                # A market that is no region matches nobody; the others keep their experiment.
                experiments.append(experiment_from_document(document, formats={}))
        except BadExperiment as error:
            errors.append(error)
    return ExperimentSet.of(experiments, holdout), tuple(errors)


def _without_store_keys(document: object) -> object:
    if not isinstance(document, Mapping):
        return document
    return {name: value for name, value in document.items() if name not in STORE_KEYS}


def _check_values(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Rules that a JSON Schema cannot express."""
    if len(document["variants"]) < 2:
        yield Problem(("variants",), "needs a control and at least one other variant.")
    if not sum(variant["weight"] for variant in document["variants"].values()) > 0:
        yield Problem(("variants",), "at least one variant needs a weight above 0.")
    segments = document.get("segments")
    if segments and segments["from"] >= segments["to"]:
        message = f"from {segments['from']:g} to {segments['to']:g} is empty; `to` must be greater."
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
        yield Problem(("min_bucket_version",), "is above bucket_version: every unit would be left out.")
