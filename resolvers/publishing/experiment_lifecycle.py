"""Starts, stops and ships experiments: a draft layout becomes a variant, a variant becomes the layout.

A start writes the experiment as a draft (no assignments), then the layout with its patch, then the experiment as
running: a crash in between does no harm.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from domain.errors import BadInput, Conflict, NotFound
from domain.experiments.documents import (
    HOLDOUT,
    experiment_from_document,
    experiments_from_documents,
)
from domain.experiments.model import Experiment, ExperimentSet, ExperimentStatus
from domain.experiments.validation import ExperimentFinding, check_experiments
from domain.json_schema import did_you_mean
from domain.layouts.patch_diff import patch_between
from domain.layouts.patches import apply_patches
from domain.layouts.validation import BadLayout, layout_problems
from domain.layouts.versions import Draft, LayoutVersion, VersionConflict
from domain.serialization import Document
from domain.timestamps import to_iso
from resolvers.publishing.experiment_admin import ExperimentAdmin, load_experiment_admin, valid_layouts
from resolvers.runtime.stores import Stores

MAX_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Actor:
    """Stored in the experiment's notes."""

    by: str
    at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class ExperimentRequest:
    """The layout `draft` becomes `variant` with a `share` (0..1) of viewers.

    `settings` override keys of the stored experiment.
    """

    key: str
    draft: str | None = None
    variant: str = "B"
    share: float = 0.5
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExperimentStart:
    """`patch` and `layout_version` are None for an unchanged layout."""

    experiment: Experiment
    patch: Document | None
    layout_version: int | None
    findings: tuple[ExperimentFinding, ...]


async def start(stores: Stores, request: ExperimentRequest, actor: Actor) -> ExperimentStart:
    """A stopped experiment starts another phase.

    Raises BadInput for one that cannot run, NotFound for an unknown draft, Conflict when it is running or was changed
    concurrently.
    """
    admin = await load_experiment_admin(stores)
    stored = admin.document(request.key)
    if request.key in admin.documents and stored.get("status") == ExperimentStatus.RUNNING:
        phase = stored.get("phase", 1)
        raise Conflict(f"Experiment {request.key!r} is running, in phase {phase}. Stop it first.")
    if not stored and not request.draft and "variants" not in request.settings:
        hint = did_you_mean(request.key, admin.experiments.by_key)
        raise NotFound(f"There is no experiment {request.key!r}.{hint} A new one needs a draft or variants.")
    document = _experiment_document(request, stored)
    experiment = experiment_from_document(document | {"status": ExperimentStatus.RUNNING.value})
    version, patch = (
        await _layout_with_variant(stores, admin, request, actor) if request.draft else (None, None)
    )
    if version is not None:
        document["layout"], experiment = version.layout, replace(experiment, layout=version.layout)
    layouts = {**admin.layout_versions, version.layout: version} if version else admin.layout_versions
    found = _findings(admin, experiment, layouts)
    serious = [finding.message for finding in found if finding.serious]
    if serious:
        raise BadInput(f"Experiment {request.key!r} cannot give a result: {' '.join(serious)}")
    revision = admin.revision(request.key)
    if version is not None:
        as_draft = document | {"status": ExperimentStatus.DRAFT.value}
        revision = await _save(stores, request.key, as_draft, revision)
        await _publish(stores, version)
    running = document | {"status": ExperimentStatus.RUNNING.value}
    running = _with_note(running, f"started phase {experiment.phase}", actor)
    await _save_running(stores, request.key, running, revision)
    return ExperimentStart(experiment, patch, version.number if version else None, found)


async def stop(stores: Stores, key: str, actor: Actor, ship: str | None = None) -> int | None:
    """With `ship` that variant becomes part of the layout, whose new version is returned.

    Raises NotFound, BadInput and Conflict.
    """
    admin = await load_experiment_admin(stores)
    stored = admin.document(key)
    if not stored:
        raise NotFound(f"There is no experiment {key!r}.{did_you_mean(key, admin.experiments.by_key)}")
    if ship is not None and ship not in stored["variants"]:
        raise BadInput(f"Experiment {key!r} has no variant {ship!r}; it has {', '.join(stored['variants'])}.")
    if stored.get("status") != ExperimentStatus.STOPPED:
        done = f"stopped, {ship} ships" if ship else "stopped"
        stopped = _with_note(stored | {"status": ExperimentStatus.STOPPED.value}, done, actor)
        await _save(stores, key, stopped, admin.revision(key))
    if ship is None:
        return None
    version = _shipped_layout(admin, key, ship, stored.get("layout", "home"), actor)
    await _publish(stores, version)
    return version.number


async def set_holdout(stores: Stores, share: float | None, reassign: bool) -> Document:
    """Set the share of accounts outside all experiments; `reassign` chooses other accounts. Returns the holdout."""
    documents = await stores.experiment_admin.documents()
    stored = documents.get(HOLDOUT, {})
    current = experiments_from_documents([stored] if stored else [])[0].holdout
    holdout = {
        "share": current.share if share is None else share,
        "phase": current.phase + 1 if reassign else current.phase,
    }
    if share is not None or reassign:
        await _save(stores, HOLDOUT, holdout, int(stored.get("revision", 0)))
    return holdout


async def _layout_with_variant(
    stores: Stores, admin: ExperimentAdmin, request: ExperimentRequest, actor: Actor
) -> tuple[LayoutVersion, Document]:
    """The live layout with the new variant, and its patch."""
    draft = await _draft(stores, request.draft or "")
    live = admin.layout_versions.get(draft.layout)
    if live is None:
        raise NotFound(f"Layout {draft.layout!r} is not live: draft {draft.id!r} cannot be compared with it.")
    base = live
    if draft.base_version != live.number:
        history = await stores.layout_admin.history(draft.layout)
        base = next((old for old in history if old.number == draft.base_version), live)
    patch = patch_between(base.document, draft.document)
    if not patch:
        unchanged = f"version {base.number} of layout {draft.layout!r}"
        raise BadInput(f"Draft {draft.id!r} changes nothing of {unchanged}.")
    known = live.document.get("variants", {}).get(request.key, {})
    weights = {
        name: variant["weight"] for name, variant in _variants(request, admin.document(request.key)).items()
    }
    variants = {
        **live.document.get("variants", {}),
        request.key: {**known, "weights": weights, request.variant: [patch]},
    }
    reason = f"Variant {request.variant} of experiment {request.key}" + _because(actor)
    return _next_version(live, {**live.document, "variants": variants}, actor, reason), patch


async def _draft(stores: Stores, draft_id: str) -> Draft:
    drafts = {draft.id: draft for draft in await stores.layout_admin.drafts()}
    if draft_id not in drafts:
        raise NotFound(f"There is no draft {draft_id!r}.{did_you_mean(draft_id, drafts)}")
    return drafts[draft_id]


def _variants(request: ExperimentRequest, stored: Document) -> Document:
    """With the control, and the variant of a draft."""
    variants: Document = dict(request.settings.get("variants") or stored.get("variants") or {})
    if request.draft and request.variant not in variants:
        others = {**variants} or {"A": {"weight": 1.0}}
        whole = sum(variant["weight"] for variant in others.values())
        scale = (1 - request.share) / whole if whole else 0.0
        scaled = {name: {**one, "weight": round(one["weight"] * scale, 6)} for name, one in others.items()}
        variants = {**scaled, request.variant: {"weight": request.share}}
    return variants


def _experiment_document(request: ExperimentRequest, stored: Document) -> Document:
    document = {
        **stored,
        **request.settings,
        "experiment": request.key,
        "variants": _variants(request, stored),
    }
    if stored.get("status") == ExperimentStatus.STOPPED:
        document["phase"] = stored.get("phase", 1) + 1
    return document


def _findings(
    admin: ExperimentAdmin, experiment: Experiment, versions: Mapping[str, LayoutVersion]
) -> tuple[ExperimentFinding, ...]:
    others = [one for key, one in admin.experiments.by_key.items() if key != experiment.key]
    experiments = ExperimentSet.of([*others, experiment])
    found = check_experiments(experiments, valid_layouts(versions.values()))
    return tuple(finding for finding in found if finding.concerns(experiment.key))


def _shipped_layout(admin: ExperimentAdmin, key: str, ship: str, layout: str, actor: Actor) -> LayoutVersion:
    """The variant applied, the experiment removed. Conditional patches become overrides."""
    live = admin.layout_versions.get(layout)
    if live is None:
        raise NotFound(f"Layout {layout!r} is not live, so nothing can ship in it.")
    variants = {name: value for name, value in live.document.get("variants", {}).items() if name != key}
    patches = live.document.get("variants", {}).get(key, {}).get(ship, [])
    for_all = [patch for patch in patches if not patch.get("when")]
    document = apply_patches(live.document, for_all).document
    overrides = [*document.get("overrides", []), *(patch for patch in patches if patch.get("when"))]
    document = {**document, "overrides": overrides, "variants": variants}
    document = {
        name: value for name, value in document.items() if value or name not in ("overrides", "variants")
    }
    return _next_version(live, document, actor, f"Experiment {key} ships {ship}" + _because(actor))


def _because(actor: Actor) -> str:
    return f": {actor.why}" if actor.why else ""


def _next_version(live: LayoutVersion, document: Document, actor: Actor, reason: str) -> LayoutVersion:
    """Raises BadLayout (a BadInput) for problems that the live layout has not."""
    known = layout_problems(live.document)
    found = [problem for problem in layout_problems(document) if problem not in known]
    if found:
        raise BadLayout(live.layout, found)
    return LayoutVersion(uuid.uuid4().hex, live.layout, live.number + 1, document, actor.at, actor.by, reason)


async def _publish(stores: Stores, version: LayoutVersion) -> None:
    outcome = await stores.layout_admin.publish(version, version.number - 1)
    if isinstance(outcome, VersionConflict):
        raise Conflict(str(outcome))


async def _save(stores: Stores, key: str, document: Document, expected: int) -> int:
    """The new revision. Raises Conflict unless `expected` is stored."""
    if not await stores.experiment_admin.save(key, document, expected):
        raise _conflict(key)
    return expected + 1


def _conflict(key: str) -> Conflict:
    return Conflict(f"{key!r} was changed concurrently. Read it again, then retry.")


async def _save_running(stores: Stores, key: str, running: Document, expected: int) -> None:
    """Save after the layout was published. It overwrites drafts of concurrent starts, which have lost."""
    for _ in range(MAX_ATTEMPTS):
        if await stores.experiment_admin.save(key, running, expected):
            return
        now = (await stores.experiment_admin.documents()).get(key, {})
        if now.get("status") != ExperimentStatus.DRAFT:
            break
        expected = int(now["revision"])
    raise _conflict(key)


def _with_note(document: Document, what: str, actor: Actor) -> Document:
    note = {"at": to_iso(actor.at), "by": actor.by, "what": what} | ({"why": actor.why} if actor.why else {})
    return {**document, "notes": [*document.get("notes", []), note]}
