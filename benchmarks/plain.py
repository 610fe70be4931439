"""The plain way: one network a process, torch.nn.Sequential, forward hooks, autograd, torch.optim.

What one would write without initatlas: measure a network in float64 before training, train it in
float32, and record the same statistics at the same steps. It uses nothing of initatlas, so that
its numbers are also an independent check.
"""

import argparse
import json
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import Tensor, nn
from torch.nn import functional

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "gelu": nn.GELU}
BOUNDED = {"tanh": (-1.0, 1.0)}
FLAT = 0.01  # slopes below it count as dead, and so does this share of a bounded φ's range
Pairs = tuple[Tensor, Tensor]


def load_data() -> dict[str, Tensor]:
    inputs, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(labels))
    inputs, labels = inputs[order], labels[order]
    train = len(labels) - round(0.2 * len(labels))
    inputs = inputs - inputs[:train].mean(axis=0)
    inputs /= np.sqrt((inputs[:train] ** 2).mean())
    return {
        "train": torch.from_numpy(inputs[:train]),
        "train_labels": torch.from_numpy(labels[:train]),
        "test": torch.from_numpy(inputs[train:]),
        "test_labels": torch.from_numpy(labels[train:]),
    }


def build(options: argparse.Namespace) -> nn.Sequential:
    sizes = [64, *[options.width] * options.depth]
    layers: list[nn.Module] = []
    for fan_in, fan_out in pairwise(sizes):
        layers += [nn.Linear(fan_in, fan_out), ACTIVATIONS[options.activation]()]
    model = nn.Sequential(*layers, nn.Linear(options.width, 10)).double()
    for layer in model:
        if isinstance(layer, nn.Linear):
            std = math.sqrt(options.sigma_w2 / layer.in_features)
            nn.init.normal_(layer.weight, std=std)
            nn.init.zeros_(layer.bias)
    return model


def synthetic_pairs(pairs: int, length2: float, correlation: float) -> Tensor:
    a, b = torch.randn(2, pairs, 64, dtype=torch.float64)
    a = a / a.norm(dim=1, keepdim=True)
    b = b - a * (a * b).sum(dim=1, keepdim=True)
    b = b / b.norm(dim=1, keepdim=True)
    partner = correlation * a + math.sqrt(1 - correlation**2) * b
    return math.sqrt(length2) * torch.cat([a, partner])


def class_pairs(labels: Tensor, pairs: int) -> tuple[Pairs, Pairs]:
    first, second = np.triu_indices(len(labels), k=1)
    order = np.random.default_rng(1).permutation(len(first))
    first, second = torch.from_numpy(first[order]), torch.from_numpy(second[order])
    alike = labels[first] == labels[second]
    same = first[alike][:pairs], second[alike][:pairs]
    return same, (first[~alike][:pairs], second[~alike][:pairs])


class Measurement:
    """Statistics of every layer, from forward hooks and one backward pass."""

    def __init__(self, data: dict[str, Tensor], points: int, options: argparse.Namespace) -> None:
        self.options = options
        self.inputs, self.labels = data["train"][:points], data["train_labels"][:points]
        length2 = self.inputs.square().sum(dim=1).mean().item()
        correlation = options.pair_correlation
        self.synthetic = synthetic_pairs(options.pairs, length2, correlation)
        self.same, self.different = class_pairs(self.labels, options.pairs)

    def __call__(self, model: nn.Sequential, before: list[Tensor] | None = None) -> list[dict]:
        linear = [layer for layer in model if isinstance(layer, nn.Linear)]
        seen: dict[nn.Module, Tensor] = {}

        def hook(layer: nn.Module, _: tuple, output: Tensor) -> None:
            output.retain_grad()
            seen[layer] = output

        handles = [layer.register_forward_hook(hook) for layer in model]
        dtype = linear[0].weight.dtype
        points = len(self.inputs)
        logits = model(torch.cat([self.inputs, self.synthetic]).to(dtype))
        model.zero_grad()
        functional.cross_entropy(logits[:points], self.labels, reduction="sum").backward()
        for handle in handles:
            handle.remove()
        rows = [self.signal(self.inputs, self.synthetic)]
        for number, layer in enumerate(linear):
            z = seen[layer].detach()
            row = self.signal(z[:points].double(), z[points:].double())
            if number + 1 < len(linear):
                activation = model[list(model).index(layer) + 1]
                row |= self.activity(activation, z[:points].double(), seen[activation])
            row |= self.gradient(layer, seen[layer].grad[:points].double(), points)
            if before is not None:
                moved = (layer.weight.detach() - before[number]).double().norm()
                row["update_ratio"] = (moved / layer.weight.detach().double().norm()).item()
            rows.append(row)
        return rows

    def signal(self, z: Tensor, synthetic: Tensor) -> dict:
        deviations = z - z.mean()
        variance = deviations.square().mean()
        half = len(synthetic) // 2
        return {
            "preactivation_mean": z.mean().item(),
            "preactivation_variance": variance.item(),
            "q": z.square().mean().item(),
            "preactivation_kurtosis": (deviations**4).mean().item() / variance.item() ** 2 - 3,
            "correlation": cosine(synthetic[:half], synthetic[half:]),
            "correlation_same_class": cosine(z[self.same[0]], z[self.same[1]]),
            "correlation_different_class": cosine(z[self.different[0]], z[self.different[1]]),
            "effective_rank": effective_rank(z),
        }

    def activity(self, activation: nn.Module, z: Tensor, output: Tensor) -> dict:
        h = output.detach()[: len(z)].double()
        leaf = z.clone().requires_grad_()
        (slope,) = torch.autograd.grad(activation(leaf).sum(), leaf)
        values = {
            "activation_mean": h.mean().item(),
            "activation_variance": h.var(correction=0).item(),
            "dead_fraction": (slope.abs().amax(dim=0) < FLAT).double().mean().item(),
            "effective_rank": effective_rank(h),
            "activation_histogram": self.histogram(h),
        }
        if self.options.activation in BOUNDED:
            low, high = BOUNDED[self.options.activation]
            margin = FLAT * (high - low)
            outside = (h < low + margin) | (h > high - margin)
            values["saturated_fraction"] = outside.double().mean().item()
        return values

    def gradient(self, layer: nn.Linear, delta: Tensor, points: int) -> dict:
        weight = layer.weight.detach().double()
        gradient = layer.weight.grad.double() / points
        return {
            "log_delta_norm2": math.log(delta.square().sum(dim=1).mean().item()),
            "log_weight_gradient_norm2": math.log(gradient.square().sum().item()),
            "weight_norm": weight.norm().item(),
            "weight_histogram": self.histogram(weight * math.sqrt(layer.in_features)),
        }

    def histogram(self, values: Tensor) -> list[float]:
        ends = -self.options.range, self.options.range
        return torch.histc(values, self.options.bins, *ends).tolist()


def cosine(a: Tensor, b: Tensor) -> float:
    return functional.cosine_similarity(a, b, dim=1).mean().item()


def effective_rank(h: Tensor) -> float:
    gram = h @ h.T
    return (gram.trace() ** 2 / gram.square().sum()).item()


def evaluate(model: nn.Sequential, inputs: Tensor, labels: Tensor) -> tuple[float, float]:
    with torch.no_grad():
        logits = model(inputs)
        loss = functional.cross_entropy(logits, labels).item()
        return loss, (logits.argmax(dim=1) == labels).double().mean().item()


def recorded_steps(steps: int, records: int) -> set[int]:
    return set(np.expm1(np.linspace(0, np.log1p(steps), records)).round().astype(int).tolist())


def train(model: nn.Sequential, data: dict[str, Tensor], options: argparse.Namespace) -> dict:
    measure = Measurement(data, options.points, options)
    data = {name: t.float() if t.is_floating_point() else t for name, t in data.items()}
    optimizer = torch.optim.SGD(model.parameters(), lr=options.learning_rate)
    recorded = recorded_steps(options.steps, options.records)
    trace, losses, order = [], [], torch.empty(0, dtype=torch.long)
    for step in range(options.steps + 1):
        before = None
        if step > 0:
            if step in recorded:
                weights = [layer.weight for layer in model if isinstance(layer, nn.Linear)]
                before = [weight.detach().clone() for weight in weights]
            if len(order) < options.batch_size:
                order = torch.randperm(len(data["train"]))
            batch, order = order[: options.batch_size], order[options.batch_size :]
            optimizer.zero_grad()
            loss = functional.cross_entropy(
                model(data["train"][batch]), data["train_labels"][batch]
            )
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        if step in recorded:
            limit = None if step == options.steps else options.loss_points
            ends = [
                evaluate(model, data[name][:limit], data[f"{name}_labels"][:limit])
                for name in ("train", "test")
            ]
            trace.append({"step": step, "losses": ends, "layers": measure(model, before)})
    return {"trace": trace, "batch_losses": losses}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--activation", choices=ACTIVATIONS, required=True)
    for name in ("depth", "width", "seed", "measured_points", "pairs", "steps", "batch_size"):
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, required=True)
    for name in ("records", "points", "loss_points", "bins"):
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, required=True)
    for name in ("sigma_w2", "pair_correlation", "learning_rate", "range"):
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, required=True)
    parser.add_argument("--output", type=Path, required=True)
    return parser.parse_args()


def main() -> None:
    options = arguments()
    torch.manual_seed(options.seed)
    data = load_data()
    model = build(options)
    found = {"initial": Measurement(data, options.measured_points, options)(model)}
    found |= train(model.float(), data, options)
    options.output.write_text(json.dumps(found))


if __name__ == "__main__":
    main()
