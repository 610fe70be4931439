"""Networks on another device: the same rows, and no number that had to be on the processor."""

import pytest
import torch

from initatlas import devices
from initatlas.costs import GRES
from initatlas.stages.cells import budget_mb
from initatlas.stages.initialize import initialize
from initatlas.stages.spectra import spectra
from initatlas.stages.train import train_block
from initatlas.stages.trainability import trainability
from initatlas.study.study import DEVICES
from tests.unit.stages.elsewhere import elsewhere
from tests.unit.stages.small import block, dataset, training_block
from tests.unit.stages.test_blocks import assert_same_numbers, frame
from tests.unit.stages.trainability_job import trainability_block

FATAL = 1e30  # a learning rate at which networks diverge
ADAM = {"name": "adam", "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
OPTIMIZERS = [
    *({"name": "sgd", "learning_rate": rate, "momentum": 0.9} for rate in (0.05, FATAL)),
    *(ADAM | {"learning_rate": rate} for rate in (0.001, 0.01)),
]
PLAN = training_block()["training"] | {"optimizers": OPTIMIZERS}
JOBS = {
    "initialize": (initialize, block()),
    "lsuv": (initialize, block(initializer={"name": "lsuv"})),
    "critical": (initialize, block(initializer={"name": "critical"})),
    "resmlp": (initialize, block(architecture={"name": "resmlp"})),
    "cnn": (
        train_block,
        training_block(architecture={"name": "cnn"}, input_shape=[3, 2, 2], widths=[5]),
    ),
    "batch_norm": (
        train_block,
        training_block(
            architecture={"name": "normal", "base": "resmlp", "normalization": "batch_norm"}
        ),
    ),
    "layer_norm": (
        trainability,
        trainability_block(
            architecture={"name": "normal", "base": "mlp", "normalization": "layer_norm"}
        ),
    ),
    "spectra": (spectra, block(spectra={"points": 2, "kernel_points": 4})),
    "train": (train_block, training_block(training=PLAN)),
    "trainability": (trainability, trainability_block(optimizers=OPTIMIZERS)),
}


@pytest.mark.parametrize(("stage", "job"), JOBS.values(), ids=JOBS)
def test_a_block_comes_out_the_same_on_another_device(stage, job):
    here = frame(stage(job, dataset()))
    with elsewhere():
        there = frame(stage(job, dataset()))
    # To rounding: a decomposition depends on where in memory a matrix begins.
    assert_same_numbers(here, there, rtol=1e-9)


def test_the_other_device_refuses_the_processors_numbers():
    ours = torch.ones(2)
    with elsewhere():
        theirs = torch.ones(2)
        with pytest.raises(RuntimeError, match="two devices"):
            theirs + ours
        with pytest.raises(TypeError, match="no array"):
            theirs.numpy()


def test_only_a_processor_is_better_off_with_small_chunks():
    job = block(memory_mb=4000)
    assert budget_mb(job, 128) == 128
    with elsewhere():
        assert budget_mb(job, 128) == 4000


def test_each_device_of_a_study_is_one_that_a_cluster_lends():
    assert set(DEVICES) == set(GRES)


def test_a_processor_is_always_here():
    with devices.on("cpu"):
        assert devices.on_the_processor()


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_a_gpu_that_is_not_here_is_an_error_that_names_the_key():
    expected = "device: cuda is not to be had on this machine"
    with pytest.raises(devices.DeviceError, match=expected), devices.on("cuda"):
        pass


def test_too_little_memory_on_a_device_is_an_error_that_names_the_key(monkeypatch):
    monkeypatch.setattr(devices, "require", lambda name: None)
    expected = "memory_mb: is more than cuda can give a job"
    with pytest.raises(devices.DeviceError, match=expected), devices.on("cuda"):
        raise torch.OutOfMemoryError("tried to allocate 2 GiB")
    assert devices.on_the_processor()
    assert not torch.are_deterministic_algorithms_enabled()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU here")
@pytest.mark.parametrize(("stage", "job"), JOBS.values(), ids=JOBS)
def test_a_block_comes_out_alike_on_a_gpu(stage, job):
    here = frame(stage(job, dataset()))
    with devices.on("cuda"):
        there = frame(stage(job, dataset()))
    # What float32 rounding does within a dozen steps.
    assert_same_numbers(here, there, rtol=2e-3)
