"""Which networks does a job compute? Its plain values, turned into records and addresses."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from torch import Tensor

from initatlas.activations import ACTIVATIONS, Activation
from initatlas.devices import on_the_processor
from initatlas.distributions import DISTRIBUTIONS
from initatlas.initializers import INITIALIZERS, Initializer
from initatlas.networks import ARCHITECTURES, Architecture, Ensemble, Network, sample
from initatlas.networks.ensemble import Shapes
from initatlas.normalizations import NORMALIZATIONS
from initatlas.references import load_object

Job = Mapping[str, object]


def activation_of(job: Job) -> Activation:
    """The activation's record: one of ours, or the user's own."""
    named = job["activation"]
    return load_object(named["object"]) if "object" in named else ACTIVATIONS[named["name"]]


def initializer_of(job: Job) -> Initializer:
    """The initializer's record: one of ours, a recipe from the config, or the user's own."""
    named = job["initializer"]
    if "object" in named:
        return load_object(named["object"])
    if "distribution" in named:
        return Initializer(
            name=named["name"],
            distribution=DISTRIBUTIONS[named["distribution"]],
            sigma_w2=None,
            mode=named["mode"],
            source="the study's configuration",
        )
    return INITIALIZERS[named["name"]]


def architecture_of(job: Job) -> Architecture:
    """The architecture's record: one of ours, or one with the study's own options."""
    named = job["architecture"]
    record = ARCHITECTURES[named.get("base", named["name"])]
    if "normalization" not in named:
        return record
    normalization = NORMALIZATIONS[named["normalization"]]
    return replace(record, name=named["name"], normalization=normalization)


def shapes_of(job: Job, width: int, features: int, n_classes: int) -> Shapes:
    """The weight layers of the block's networks of one width; points have so many features."""
    input_shape = tuple(job.get("input_shape") or (features,))
    return architecture_of(job).shapes(input_shape, width, job["depth"], n_classes)


def networks_of(job: Job, width: int) -> list[Network]:
    """The block's networks of one width: seeds × σ_b² × σ_w², the last varying fastest."""
    initializer = initializer_of(job)
    named = job["initializer"]
    sigma_w2, sigma_b2 = initializer.sigma_w2, initializer.sigma_b2
    if initializer.variances is not None:
        sigma_w2, sigma_b2 = initializer.variances(activation_of(job))
    return [
        Network(
            architecture=job["architecture"]["name"],
            initializer=named["name"],
            activation=job["activation"]["name"],
            depth=job["depth"],
            width=width,
            seed=seed,
            sigma_w2=weight_variance,
            sigma_b2=bias_variance,
        )
        for seed, bias_variance, weight_variance in product(
            job["seeds"], named.get("sigma_b2", [sigma_b2]), named.get("sigma_w2", [sigma_w2])
        )
    ]


def ensemble_of(job: Job, networks: Sequence[Network], shapes: Shapes, inputs: Tensor) -> Ensemble:
    """The networks' parameters; where data decides their scale, as these inputs decide it."""
    initializer, architecture = initializer_of(job), architecture_of(job)
    ensemble = sample(job["seed"], networks, initializer, shapes, inputs.dtype)
    if architecture.depends_on_batch:
        ensemble = replace(ensemble, reference=inputs)
    if initializer.rescale is None:
        return ensemble

    def visit(layer: int, z: Tensor) -> None:
        factor = initializer.rescale(z)[:, None, None]
        ensemble.weights[layer].mul_(factor)
        z.mul_(factor)

    space = architecture.workspace(ensemble, len(inputs))
    architecture.forward(ensemble, activation_of(job), inputs, space, visit)
    return ensemble


def budget_mb(job: Job, cached: int) -> int | float:
    """Memory of a chunk: on a processor no more than what is `cached`, in MiB."""
    return min(cached, job["memory_mb"]) if on_the_processor() else job["memory_mb"]


def chunks(networks: list, bytes_each: int, memory_mb: int | float) -> Iterator[list]:
    """The networks, as many at a time as fit the job's memory: one at the least."""
    size = max(1, int(memory_mb * 2**20 // bytes_each))
    for start in range(0, len(networks), size):
        yield networks[start : start + size]
