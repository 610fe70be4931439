"""Which settings does each optimizer take? Names and defaults, known without importing torch."""

OPTIMIZER_OPTIONS: dict[str, dict[str, float]] = {
    "sgd": {"momentum": 0.0},
    "adam": {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
}
