"""Experiments as designers handle them: a draft layout becomes an arm, an arm becomes the layout.

The writes of a start stand in an order in which a crash harms nobody: first the experiment as a draft, to which
nobody is dealt, then the layout with its patch, last the experiment as running.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from domain.errors import BadInput, Conflict, NotFound
from domain.experiments.documents import HOLDOUT, STORED_KEYS, Document, book_of, experiment_of
from domain.experiments.model import Experiment, ExperimentBook, ExperimentStatus
from domain.experiments.validation import ExperimentFinding, findings
from domain.json_schema import did_you_mean
from domain.layouts.patch_diff import patch_between
from domain.layouts.patches import apply_all
from domain.layouts.resolution import PublishedLayouts, open_layout
from domain.layouts.validation import BadLayout, require_usable
from domain.layouts.versions import Draft, LayoutVersion, VersionConflict
from domain.timestamps import to_iso
from resolvers.runtime.stores import Stores


@dataclass(frozen=True, slots=True)
class Actor:
    """Whose hand it is, when, and why: kept with what was done."""

    by: str
    at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class ExperimentRequest:
    """What to start. `draft` is the layout draft that becomes `variant`, which gets `share` (0..1) of viewers.

    `settings` are keys of domain/experiments/schema.py that win over what is known of the experiment.
    """

    key: str
    draft: str | None = None
    variant: str = "B"
    share: float = 0.5
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ExperimentAdmin:
    """Everything there is, as it is kept: documents of experiments, live layouts. What cannot be used is left out."""

    documents: Mapping[str, Mapping[str, Any]]
    editions: Mapping[str, LayoutVersion]

    @cached_property
    def layouts(self) -> PublishedLayouts:
        return _usable(self.editions.values())

    @cached_property
    def book(self) -> ExperimentBook:
        """With what layouts declare."""
        return book_of(self.documents.values())[0].joined(self.layouts.experiments)

    @cached_property
    def findings(self) -> tuple[ExperimentFinding, ...]:
        return findings(self.book, self.layouts)

    def known(self, key: str) -> Document:
        """What is known of an experiment, from its document or its layout; empty for a new one."""
        if key in self.documents:
            return {name: value for name, value in self.documents[key].items() if name not in STORED_KEYS}
        weights = self.layouts.experiments.get(key)
        if weights is None:
            return {}
        variants = {name: {"weight": weight} for name, weight in weights.items()}
        return {"experiment": key, "status": ExperimentStatus.RUNNING.value, "variants": variants}

    def revision(self, key: str) -> int:
        return int(self.documents.get(key, {}).get("revision", 0))


TRIES = 5


@dataclass(frozen=True, slots=True)
class Started:
    """`patch` is what the draft changes; None: the layout was left alone. `layout_version` is live with it."""

    experiment: Experiment
    patch: Document | None
    layout_version: int | None
    findings: tuple[ExperimentFinding, ...]


def _usable(editions: Iterable[LayoutVersion]) -> PublishedLayouts:
    layouts = []
    for edition in editions:
        with suppress(BadLayout):
            layouts.append(open_layout(edition))
    return PublishedLayouts(tuple(layouts))


async def open_desk(stores: Stores) -> ExperimentAdmin:
    return ExperimentAdmin(await stores.experiment_desk.documents(), await stores.layout_desk.editions())


async def start(stores: Stores, plan: ExperimentRequest, hand: Actor) -> Started:
    """Deal viewers to an experiment; one that ran before begins another phase.

    Raises BadInput for what cannot run, NotFound for a draft that does not exist, Conflict when it runs already
    or somebody else was faster.
    """
    desk = await open_desk(stores)
    before = desk.known(plan.key)
    if plan.key in desk.documents and before.get("status") == ExperimentStatus.RUNNING:
        raise Conflict(
            f"Experiment {plan.key!r} runs already, in phase {before.get('phase', 1)}. Stop it first."
        )
    if not before and not plan.draft and "variants" not in plan.settings:
        hint = did_you_mean(plan.key, desk.book.experiments)
        raise NotFound(f"There is no experiment {plan.key!r}.{hint} A new one takes a draft, or variants.")
    document = _planned(plan, before)
    experiment = experiment_of(document | {"status": ExperimentStatus.RUNNING.value})
    edition, patch = await _edition_with_arm(stores, desk, plan, hand) if plan.draft else (None, None)
    if edition is not None:
        document["layout"], experiment = edition.layout, replace(experiment, layout=edition.layout)
    layouts = {**desk.editions, edition.layout: edition} if edition else desk.editions
    found = _findings(desk, experiment, layouts)
    serious = [finding.message for finding in found if finding.serious]
    if serious:
        raise BadInput(f"Experiment {plan.key!r} would teach nothing: {' '.join(serious)}")
    revision = desk.revision(plan.key)
    if edition is not None:
        waiting = document | {"status": ExperimentStatus.DRAFT.value}
        revision = await _save(stores, plan.key, waiting, revision)
        await _publish(stores, edition)
    running = _noted(
        document | {"status": ExperimentStatus.RUNNING.value}, f"started phase {experiment.phase}", hand
    )
    await _run(stores, plan.key, running, revision)
    return Started(experiment, patch, edition.version if edition else None, found)


async def stop(stores: Stores, key: str, hand: Actor, ship: str | None = None) -> int | None:
    """Deal nobody any more. With `ship`, what that variant changes becomes the layout of everybody.

    The version of the layout that ships it, else None. Raises NotFound, BadInput and Conflict.
    """
    desk = await open_desk(stores)
    before = desk.known(key)
    if not before:
        raise NotFound(f"There is no experiment {key!r}.{did_you_mean(key, desk.book.experiments)}")
    if ship is not None and ship not in before["variants"]:
        raise BadInput(f"Experiment {key!r} has no variant {ship!r}; it has {', '.join(before['variants'])}.")
    if before.get("status") != ExperimentStatus.STOPPED:
        done = f"stopped, {ship} ships" if ship else "stopped"
        stopped = _noted(before | {"status": ExperimentStatus.STOPPED.value}, done, hand)
        await _save(stores, key, stopped, desk.revision(key))
    if ship is None:
        return None
    edition = _shipped(desk, key, ship, before.get("layout", "home"), hand)
    await _publish(stores, edition)
    return edition.version


async def hold_out(stores: Stores, share: float | None, anew: bool) -> Document:
    """Change the share of accounts that take part in nothing, or hold out others (`anew`); what holds now."""
    documents = await stores.experiment_desk.documents()
    stored = documents.get(HOLDOUT, {})
    usual = book_of([stored] if stored else [])[0].holdout
    holdout = {
        "share": usual.share if share is None else share,
        "phase": usual.phase + 1 if anew else usual.phase,
    }
    if share is not None or anew:
        await _save(stores, HOLDOUT, holdout, int(stored.get("revision", 0)))
    return holdout


async def _edition_with_arm(
    stores: Stores, desk: ExperimentAdmin, plan: ExperimentRequest, hand: Actor
) -> tuple[LayoutVersion, Document]:
    """The live layout with the draft as one arm of it, to be published; and the patch that the draft is."""
    draft = await _draft(stores, plan.draft or "")
    live = desk.editions.get(draft.layout)
    if live is None:
        raise NotFound(
            f"Layout {draft.layout!r} is not live, so draft {draft.id!r} cannot be compared with it."
        )
    base = live
    if draft.base != live.version:
        history = await stores.layout_desk.history(draft.layout)
        base = next((edition for edition in history if edition.version == draft.base), live)
    patch = patch_between(base.document, draft.document)
    if not patch:
        raise BadInput(
            f"Draft {draft.id!r} changes nothing of version {base.version} of layout {draft.layout!r}."
        )
    known = live.document.get("variants", {}).get(plan.key, {})
    weights = {name: variant["weight"] for name, variant in _variants(plan, desk.known(plan.key)).items()}
    variants = {
        **live.document.get("variants", {}),
        plan.key: {**known, "weights": weights, plan.variant: [patch]},
    }
    reason = f"Arm {plan.variant} of experiment {plan.key}" + (f": {hand.why}" if hand.why else "")
    return _next(live, {**live.document, "variants": variants}, hand, reason), patch


async def _draft(stores: Stores, draft_id: str) -> Draft:
    drafts = {draft.id: draft for draft in await stores.layout_desk.drafts()}
    if draft_id not in drafts:
        raise NotFound(f"There is no draft {draft_id!r}.{did_you_mean(draft_id, drafts)}")
    return drafts[draft_id]


def _variants(plan: ExperimentRequest, before: Document) -> Document:
    """The control and what is compared with it. A draft joins the variants that are there."""
    variants: Document = dict(plan.settings.get("variants") or before.get("variants") or {})
    if plan.draft and plan.variant not in variants:
        others = {**variants} or {"A": {"weight": 1.0}}
        whole = sum(variant["weight"] for variant in others.values())
        scale = (1 - plan.share) / whole if whole else 0.0
        scaled = {name: {**one, "weight": round(one["weight"] * scale, 6)} for name, one in others.items()}
        variants = {**scaled, plan.variant: {"weight": plan.share}}
    return variants


def _planned(plan: ExperimentRequest, before: Document) -> Document:
    document = {**before, **plan.settings, "experiment": plan.key, "variants": _variants(plan, before)}
    if before.get("status") == ExperimentStatus.STOPPED:
        document["phase"] = before.get("phase", 1) + 1
    return document


def _findings(
    desk: ExperimentAdmin, experiment: Experiment, editions: Mapping[str, LayoutVersion]
) -> tuple[ExperimentFinding, ...]:
    others = [one for key, one in desk.book.experiments.items() if key != experiment.key]
    book = ExperimentBook.of([*others, experiment])
    found = findings(book, _usable(editions.values()))
    return tuple(finding for finding in found if finding.concerns(experiment.key))


def _shipped(desk: ExperimentAdmin, key: str, ship: str, layout: str, hand: Actor) -> LayoutVersion:
    """The live layout with a variant's patches made and the experiment gone from it.

    Patches for some viewers only become overrides: they are no experiment any more, but still for them.
    """
    live = desk.editions.get(layout)
    if live is None:
        raise NotFound(f"Layout {layout!r} is not live, so nothing can ship in it.")
    variants = {name: value for name, value in live.document.get("variants", {}).items() if name != key}
    patches = live.document.get("variants", {}).get(key, {}).get(ship, [])
    for_all = [patch for patch in patches if not patch.get("when")]
    document = apply_all(live.document, for_all).document
    overrides = [*document.get("overrides", []), *(patch for patch in patches if patch.get("when"))]
    document = {**document, "overrides": overrides, "variants": variants}
    document = {
        name: value for name, value in document.items() if value or name not in ("overrides", "variants")
    }
    return _next(
        live, document, hand, f"Experiment {key} ships {ship}" + (f": {hand.why}" if hand.why else "")
    )


def _next(live: LayoutVersion, document: Document, hand: Actor, reason: str) -> LayoutVersion:
    """Raises BadLayout (a BadInput) for a document that is no usable layout."""
    require_usable(document)
    return LayoutVersion(uuid.uuid4().hex, live.layout, live.version + 1, document, hand.at, hand.by, reason)


async def _publish(stores: Stores, edition: LayoutVersion) -> None:
    outcome = await stores.layout_desk.publish(edition, edition.version - 1)
    if isinstance(outcome, VersionConflict):
        raise Conflict(str(outcome))


async def _save(stores: Stores, key: str, document: Document, expected: int) -> int:
    """The revision that was saved. Raises Conflict when it is not the one that was read any more."""
    if not await stores.experiment_desk.save(key, document, expected):
        raise Conflict(f"Somebody else changed {key!r} at the same moment. Look at it and try again.")
    return expected + 1


async def _run(stores: Stores, key: str, running: Document, expected: int) -> None:
    """Save what has won its layout. Drafts of those who start it at the same moment make way: they lose by it."""
    for _ in range(TRIES):
        if await stores.experiment_desk.save(key, running, expected):
            return
        now = (await stores.experiment_desk.documents()).get(key, {})
        if now.get("status") != ExperimentStatus.DRAFT:
            break
        expected = int(now["revision"])
    raise Conflict(f"Somebody else changed {key!r} at the same moment. Look at it and try again.")


def _noted(document: Document, what: str, hand: Actor) -> Document:
    note = {"at": to_iso(hand.at), "by": hand.by, "what": what} | ({"why": hand.why} if hand.why else {})
    return {**document, "notes": [*document.get("notes", []), note]}
