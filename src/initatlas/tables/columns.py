"""Which columns do tables share? What tells networks, runs and layers apart."""

from initatlas.tables.kinds import count, number, text

CELL = (
    text("study", "name of the study"),
    text("dataset", "data set that the network saw"),
    text("architecture", "kind of network"),
    text("initializer", "initialization scheme"),
    text("activation", "activation function φ"),
    count("depth", "number of hidden layers L", "layers"),
    count("width", "units of each hidden layer n", "units"),
)
SWEPT = "gaussian"  # the initializer whose variance each study says: it has none of its own
SEED = count("seed", "replicate number; with the rest of the address it fixes every draw", "1")
VARIANCES = (
    number("sigma_w2", "effective weight variance times fan_in of a square hidden layer, σ_w²"),
    number("sigma_b2", "bias variance of a square hidden layer, σ_b²"),
)
LAYER = count("layer", "0 is the input, 1…depth the hidden layers, depth + 1 the readout", "1")
LAYER_FACTS = (
    count("fan_in", "inputs of the layer; null for the input", "units"),
    count("fan_out", "outputs of the layer", "units"),
    number("layer_sigma_w2", "this layer's own weight variance times its fan_in"),
)
RUN = (
    text("optimizer", "optimizer of the training run"),
    number("learning_rate", "step size of the optimizer"),
)
STEP = count("step", "optimizer updates done before the measurement", "updates")
RELATIVE_RATE = number(
    "relative_learning_rate",
    "step size in units of 2/λ_max of the network's own tangent kernel; NaN: given as it is",
)
N_SEEDS = count("n_seeds", "networks averaged over", "networks")

CELL_KEYS = tuple(f.name for f in (*CELL, *VARIANCES))
NETWORK_KEYS = (*CELL_KEYS, "seed")
