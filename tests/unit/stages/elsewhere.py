"""A device that is not the processor, on a machine that has no other.

Its tensors are lent by the processor, and refuse what a GPU's refuse: to meet the processor's own
in one operation, and to be read by NumPy. torch takes them for tensors on "meta".
"""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map_only

NAME = "meta"
# What may also be on the processor: indices, and what is copied from there.
CROSSING = {
    torch.ops.aten._to_copy.default,
    torch.ops.aten.copy_.default,
    torch.ops.aten.index.Tensor,
    torch.ops.aten.index_put_.default,
}


class Lent(torch.Tensor):
    """A tensor of that device; `held` is the processor's."""

    @staticmethod
    def __new__(cls, held: torch.Tensor) -> "Lent":
        return torch.Tensor._make_wrapper_subclass(
            cls,
            held.size(),
            strides=held.stride(),
            storage_offset=held.storage_offset(),
            dtype=held.dtype,
            device=NAME,
        )

    def __init__(self, held: torch.Tensor) -> None:
        self.held = held

    def numpy(self, *, force: bool = False) -> np.ndarray:
        """A copy, for who asks for it."""
        if not force:
            raise TypeError("a tensor of another device is no array: numpy(force=True)")
        return self.held.numpy().copy()

    def tolist(self) -> list:
        """Its numbers, which torch gives of no subclass."""
        return self.held.tolist()

    @classmethod
    def __torch_dispatch__(cls, operation, types, args=(), kwargs=None):
        return carry_out(operation, args, kwargs or {})


class Device(TorchDispatchMode):
    """Makes the tensors that are asked for there."""

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        return carry_out(operation, args, kwargs or {})


class Constants(TorchFunctionMode):
    """torch.tensor makes nothing but a shape on "meta": here it is made, and then moved."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if function is torch.tensor:
            return torch.tensor(*args, **kwargs | {"device": "cpu"}).to(kwargs.get("device"))
        return function(*args, **kwargs)


@contextmanager
def elsewhere() -> Iterator[None]:
    """Tensors made inside lie on the other device, as in `devices.on`."""
    with Device(), Constants(), torch.device(NAME):
        yield


def carry_out(operation, args: tuple, kwargs: dict):
    given = [each for each in tree_flatten((args, kwargs))[0] if isinstance(each, torch.Tensor)]
    lent = [each for each in given if isinstance(each, Lent)]
    ours = [each for each in given if not isinstance(each, Lent) and each.dim() > 0]
    if lent and ours and operation not in CROSSING:
        raise RuntimeError(f"{operation}: tensors of two devices")
    wanted = kwargs.get("device")
    there = bool(lent) if wanted is None else torch.device(wanted).type == NAME
    if wanted is not None:
        kwargs = kwargs | {"device": "cpu"}
    args, kwargs = tree_map_only(Lent, lambda each: each.held, (args, kwargs))
    result = operation(*args, **kwargs)
    if not there:
        return result
    known = {id(each.held): each for each in lent}  # what is written into stays the same tensor
    return tree_map_only(
        torch.Tensor, lambda made: known[id(made)] if id(made) in known else Lent(made), result
    )
