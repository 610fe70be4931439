"""A trainability job small enough to run in every test."""

from tests.unit.stages.small import block

RATES = (0.05, 0.4)


def trainability_block(optimizers=None, plan=None, **changes) -> dict:
    """Two seeds, two σ_w², two absolute rates of SGD."""
    optimizers = optimizers or [
        {"name": "sgd", "learning_rate": rate, "momentum": 0.0} for rate in RATES
    ]
    whole = {
        "dtype": "float32",
        "optimizers": optimizers,
        "steps": 12,
        "batch_size": 16,
        "checkpoints": 4,
        "validation_points": 18,
        "points": 20,
        "kernel_points": 6,
        "loss_points": 12,
    }
    job = block(trainability=whole | (plan or {})) | changes
    job["measurement"] = {name: job["measurement"][name] for name in ("pairs", "pair_correlation")}
    return job
