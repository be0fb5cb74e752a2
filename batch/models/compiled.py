"""Functions that numba compiles to machine code, stored on disk so that each machine compiles them once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])


def kernel(function: Function) -> Function:
    """Compiled at its first call. Kernels live in modules: a worker would compile a closure anew."""
    return cast(Function, numba.njit(cache=True, nogil=True, error_model="numpy")(function))
