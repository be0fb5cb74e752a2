"""Accounts, profiles and activity to stored documents and back. Instants are milliseconds.

Readers trust documents, since only Marquee writes them; importers validate.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.ids import AccountId, ProfileId, Region, TitleId, from_storage_key, storage_key
from domain.serialization import Document
from domain.timestamps import from_millis, to_millis
from domain.viewers.activity import Activity, Changes, Dismissal, Disowning, Listing, Rating
from domain.viewers.impressions import ImpressionHistory
from domain.viewers.profiles import Account, Preferences, Profile
from domain.viewers.sticky_documents import sticky_assignments_from_document
from domain.viewers.watch_documents import FIRST_FINISHED, history_from_document, watch_to_document


def account_to_document(account: Account) -> Document:
    return {
        "_id": account.id,
        "region": account.region,
        "plan": account.plan,
        "created_at": to_millis(account.created_at),
    }


def account_from_document(document: Mapping[str, Any]) -> Account:
    return Account(
        id=AccountId(document["_id"]),
        region=Region(document["region"]),
        plan=document["plan"],
        created_at=from_millis(document["created_at"]),
        sticky_assignments=sticky_assignments_from_document(document.get("arms")),
    )


def profile_to_document(profile: Profile) -> Document:
    document: Document = {
        "_id": profile.id,
        "account_id": profile.account_id,
        "name": profile.name,
        "kids": profile.kids,
        "maturity_limit": profile.maturity_limit,
        "language": profile.language,
        "created_at": to_millis(profile.created_at),
        "favourite_genres": list(profile.favourite_genres),
        "languages": list(profile.languages),
        "blocked": list(profile.blocked),
        "derived": list(profile.derived),
    }
    if profile.persona is not None:
        document["persona"] = profile.persona
    if profile.onboarded_at is not None:
        document["welcomed_at"] = to_millis(profile.onboarded_at)
    return document


def profile_from_document(document: Mapping[str, Any]) -> Profile:
    return Profile(
        id=ProfileId(document["_id"]),
        account_id=AccountId(document["account_id"]),
        name=document["name"],
        kids=document["kids"],
        maturity_limit=document["maturity_limit"],
        language=document["language"],
        created_at=from_millis(document["created_at"]),
        favourite_genres=tuple(document.get("favourite_genres", ())),
        languages=tuple(document.get("languages", ())),
        persona=document.get("persona"),
        blocked=tuple(document.get("blocked", ())),
        derived=tuple(document.get("derived", ())),
        onboarded_at=from_millis(document["welcomed_at"]) if "welcomed_at" in document else None,
    )


def preferences_to_document(preferences: Preferences) -> Document:
    """The profile fields that onboarding changes."""
    changes: Document = {"welcomed_at": to_millis(preferences.answered_at)}
    if preferences.genres:
        changes["favourite_genres"] = list(preferences.genres)
    return changes


def listing_to_document(listing: Listing) -> Document:
    """Key order is merge order: MongoDB's `$max` compares embedded documents key by key. So in the entries below."""
    return {"at": to_millis(listing.at), "added": listing.added}


def rating_to_document(rating: Rating) -> Document:
    document: Document = {"at": to_millis(rating.at), "value": float(rating.value)}
    return document | {"series": rating.series_id} if rating.series_id else document


def dismissal_to_document(dismissal: Dismissal) -> Document:
    return {"at": to_millis(dismissal.at), "until": to_millis(dismissal.until)}


def disowning_to_document(disowning: Disowning) -> Document:
    return {"at": to_millis(disowning.at), "disowned": disowning.disowned}


def changes_to_update(changes: Changes) -> Document:
    """`$max` and `$min` of MongoDB by dotted path: {"$max": {"listed.tt2": {...}, "watched.tt1.finished_at": 5}}."""
    maxima = _entries_to_document(changes)
    minima: Document = {}
    for name, history in (("watched", changes.watched), ("household", changes.household)):
        for title_id, watch in history.items():
            for register, value in watch_to_document(watch).items():
                paths = minima if register == FIRST_FINISHED else maxima
                paths[f"{name}.{storage_key(title_id)}.{register}"] = value
    return {operator: paths for operator, paths in (("$max", maxima), ("$min", minima)) if paths}


def _entries_to_document(changes: Changes) -> Document:
    paths: Document = {}
    for title_id, listing in changes.listed.items():
        paths[f"listed.{storage_key(title_id)}"] = listing_to_document(listing)
    for title_id, rating in changes.rated.items():
        paths[f"rated.{storage_key(title_id)}"] = rating_to_document(rating)
    for show, dismissal in changes.dismissed.items():
        paths[f"dismissed.{storage_key(show)}"] = dismissal_to_document(dismissal)
    for show, disowning in changes.disowned.items():
        paths[f"disowned.{storage_key(show)}"] = disowning_to_document(disowning)
    return paths


def impressions_to_document(impressions: ImpressionHistory) -> Document:
    """Dotted path -> bits for `$bit`: {"shown.742.tt1": {"or": 4}}."""
    return {
        f"shown.{span}.{storage_key(key)}": {"or": days}
        for span, keys in impressions.items()
        for key, days in keys.items()
    }


def activity_to_document(activity: Activity) -> Document:
    return {
        "_id": activity.profile_id,
        "revision": activity.revision,
        "watched": {storage_key(key): watch_to_document(entry) for key, entry in activity.watched.items()},
        "listed": {storage_key(key): listing_to_document(entry) for key, entry in activity.listed.items()},
        "rated": {storage_key(key): rating_to_document(entry) for key, entry in activity.rated.items()},
        "shown": {
            str(span): {storage_key(key): days for key, days in keys.items()}
            for span, keys in activity.impressions.items()
        },
        "household": {
            storage_key(key): watch_to_document(entry) for key, entry in activity.household.items()
        },
        "dismissed": {
            storage_key(key): dismissal_to_document(entry) for key, entry in activity.dismissed.items()
        },
        "disowned": {
            storage_key(key): disowning_to_document(entry) for key, entry in activity.disowned.items()
        },
    }


def activity_from_document(document: Mapping[str, Any]) -> Activity:
    return Activity(
        profile_id=ProfileId(document["_id"]),
        revision=document.get("revision", 0),
        watched=history_from_document(document.get("watched", {})),
        listed={
            TitleId(from_storage_key(key)): Listing(from_millis(entry["at"]), entry["added"])
            for key, entry in document.get("listed", {}).items()
        },
        rated={
            TitleId(from_storage_key(key)): Rating(
                from_millis(entry["at"]), entry["value"], entry.get("series", "")
            )
            for key, entry in document.get("rated", {}).items()
        },
        impressions={
            int(span): {from_storage_key(key): days for key, days in keys.items()}
            for span, keys in document.get("shown", {}).items()
        },
        household=history_from_document(document.get("household", {})),
        dismissed={
            TitleId(from_storage_key(key)): Dismissal(from_millis(entry["at"]), from_millis(entry["until"]))
            for key, entry in document.get("dismissed", {}).items()
        },
        disowned={
            TitleId(from_storage_key(key)): Disowning(from_millis(entry["at"]), entry["disowned"])
            for key, entry in document.get("disowned", {}).items()
        },
    )
