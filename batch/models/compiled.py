"""Functions that numba compiles to machine code, stored on disk so that each machine compiles them once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)
Function = TypeVar("Function", bound=Callable[..., object])


def kernel(function: Function) -> Function:
    """Compiled at its first call. Kernels live in modules: a worker would compile a closure anew."""
    return cast(Function, numba.njit(cache=True, nogil=True, error_model="numpy")(function))


def fixed(array: NDArray[Scalar]) -> NDArray[Scalar]:
    """A view that cannot be written to. A kernel is compiled for each kind of arguments: so those that Arrow owns,
    which are fixed, and those of numpy are one kind.
    """
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view
