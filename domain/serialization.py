"""Frozen dataclasses to plain values (JSON, YAML, MongoDB) and back.

Fields with their default are left out. Instants are ISO 8601. Input is validated before.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, TypeAlias, TypeVar

from domain.timestamps import to_iso

T = TypeVar("T")

Document: TypeAlias = dict[str, Any]
"""Untyped, as drivers read and write it."""

ReadTime = Callable[[str], datetime]
"""The text may be wall time of a region."""


def to_plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {
            each.name: to_plain(getattr(value, each.name))
            for each in fields(value)
            if getattr(value, each.name) != _default(each)
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return to_iso(value)
    if isinstance(value, tuple | list):
        return [to_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {name: to_plain(each) for name, each in value.items()}
    return value


def from_plain(cls: Callable[..., T], value: Mapping[str, Any], read_time: ReadTime, **more: Any) -> T:
    """Ignores unknown keys; `more` are ready fields."""
    values = {
        name: _read(kind, value[name], read_time)
        for name, kind in _field_types(cls).items()
        if name in value and name not in more
    }
    return cls(**values, **more)


def _read(kind: Any, value: Any, read_time: ReadTime) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is types.UnionType or origin is typing.Union:
        if value is None or any(isinstance(value, each) for each in arguments if isinstance(each, type)):
            return value
        return _read([each for each in arguments if each is not types.NoneType][-1], value, read_time)
    if origin is tuple:
        return tuple(_read(arguments[0], each, read_time) for each in value)
    if origin is not None:
        return {name: _read(arguments[1], each, read_time) for name, each in value.items()}
    if is_dataclass(kind) and isinstance(kind, type):
        return from_plain(kind, value, read_time)
    if kind is datetime:
        return read_time(value)
    return kind(value)


def _default(field: Field[Any]) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


@cache
def _field_types(cls: Hashable) -> Mapping[str, Any]:
    return typing.get_type_hints(cls)
