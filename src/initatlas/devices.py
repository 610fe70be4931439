"""Where are networks computed? On the processor, or on a GPU that the study asks for.

Whatever the device, random numbers are drawn by the processor, so a network starts from the same
weights on each of them. What is computed from these differs by rounding.
"""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import torch

PROCESSOR = "cpu"


class DeviceError(RuntimeError):
    """The device that a study asks for is not here, or has too little memory."""


def require(name: str) -> None:
    """See that this machine has the device.

    Raises:
        DeviceError: it has not.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch warns of what we say
        here = name == PROCESSOR or torch.get_device_module(name).is_available()
    if not here:
        raise DeviceError(
            f"device: {name} is not to be had on this machine (torch {torch.__version__}); "
            f"write 'device: {PROCESSOR}', or run where there is one"
        )


@contextmanager
def on(name: str) -> Iterator[None]:
    """Tensors made inside lie on the device; those made of NumPy's arrays with `as_tensor`, too.

    On a GPU, sums are taken in the order of the last run wherever torch knows how.

    Raises:
        DeviceError: this machine has no such device, or not the memory that a job may use.
    """
    if name == PROCESSOR:
        yield
        return
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # read when products begin
    require(name)
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # none is read before it is filled
    try:
        with torch.device(name):
            yield
    except torch.OutOfMemoryError as error:
        raise DeviceError(f"memory_mb: is more than {name} can give a job ({error})") from error
    finally:
        torch.use_deterministic_algorithms(False)


def on_the_processor() -> bool:
    """Whether this is where tensors are made now."""
    return torch.get_default_device().type == PROCESSOR
