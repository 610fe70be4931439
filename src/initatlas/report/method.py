"""How was the study done? Its method in words, with the numbers of its configuration."""

from collections.abc import Mapping

from initatlas.figures.words import counted, listed, number, spanned
from initatlas.report.evidence import Tables
from initatlas.study import Study

SIGNS = {"q0": "q⁰", "c0": "c⁰"}  # what theory starts from


def size(tables: Tables) -> dict[str, int]:
    """Kinds of networks that were measured before training, networks, and training runs."""
    rates = tables["rates"]
    return {
        "cells": len(rates),
        "networks": int(rates.n_seeds.sum()),
        "training_runs": len(tables.get("outcomes", ())),
    }


def summary(tables: Tables, study: Study) -> str:
    """What was looked at, in a sentence or two."""
    rates, counts = tables["rates"], size(tables)
    axes = [
        counted(rates.activation.nunique(), "activation"),
        counted(rates.initializer.nunique(), "initializer"),
        f"{spanned(rates.depth)} hidden layers of {spanned(rates.width)} units",
    ]
    text = (
        f"{counts['networks']:,} untrained networks on {study.dataset['name']}: "
        f"{', '.join(axes)}, up to {counted(int(rates.n_seeds.max()), 'seed')} each."
    )
    if "outcomes" in tables:
        text += f" {counts['training_runs']:,} training runs, on a grid of learning rates"
        mapped = study.trainability_map is not None
        text += ", and those of a map of depth and weight variance." if mapped else "."
    return text


def paragraphs(study: Study, measured: Mapping[str, object]) -> list[str]:
    """Networks, measurements, training, statistics."""
    return [
        *_networks(study, measured),
        *_training(study),
        "Lines and numbers are means over seeds; of quantities that are log-normal over seeds "
        "(variances, squared norms) geometric means. Intervals are at 95 %: Student's t for means "
        "over seeds; Wilson's for shares of networks, of which a cell's count as one, since they "
        "mostly end alike. Networks whose value is zero, infinite or no number are "
        "counted and shown in strips beside the axes, never left out.",
    ]


def _networks(study: Study, measured: Mapping[str, object]) -> list[str]:
    settings = study.measurement
    start = [f"{sign} = {number(measured[k], 3)}" for k, sign in SIGNS.items() if k in measured]
    known = f" (measured: {listed(start)})" if start else ""
    return [
        "Networks are multilayer perceptrons z^l = W^l φ(z^{l−1}) + b^l. Every weight is drawn "
        "with variance σ_w² / fan and every bias with variance σ_b², by the rule of the "
        "initializer; each network's draws come from a random stream of its own, derived from the "
        f"study's seed {study.seed} and the network's address, so that no other choice changes "
        "them.",
        f"Before training, each network is shown {settings['points']} points of the data set "
        f"{study.dataset['name']}, standardized{known}, and {settings['pairs']} pairs of "
        f"prescribed correlation {settings['pair_correlation']:g}, in {settings['dtype']}. Per "
        "layer, the "
        "pipeline records moments of pre-activations and activations, correlations, and the norms "
        "of gradients of the cross-entropy, the latter as logarithms so that no depth can "
        "underflow them.",
    ]


def _training(study: Study) -> list[str]:
    told = [*_traces(study), *_rates(study), *_map(study)]
    return told or ["No network was trained in this study."]


def _traces(study: Study) -> list[str]:
    """How the networks that are followed were trained."""
    plan = study.training
    if plan is None:
        return []
    runs = [
        f"{entry['name']} (learning rate {entry['learning_rate']:g})"
        for entry in plan["optimizers"]
    ]
    return [
        f"Training minimizes the cross-entropy with {listed(runs, 6)} for {plan['steps']} updates "
        f"of {plan['batch_size']} points each, in {plan['dtype']}; all networks see the same "
        "mini-batches."
    ]


def _map(study: Study) -> list[str]:
    """How depth is set against the variance of weights."""
    plan = study.trainability_map
    if plan is None:
        return []
    tried = ", ".join(_rate(entry) for entry in plan["optimizers"])
    return [
        "The map of depth and weight variance has networks of its own, trained and judged in the "
        f"same way: at rates {tried}, for {plan['steps']} updates of {plan['batch_size']} points."
    ]


def _rates(study: Study) -> list[str]:
    """How learning rates are made comparable."""
    plan, rule = study.trainability, study.outcomes
    if plan is None:
        return []
    units = " in units of 2/λ_max, λ_max the largest eigenvalue of the network's own tangent kernel"
    relative = any("relative_learning_rate" in entry for entry in plan["optimizers"])
    tried = [_rate(entry) for entry in plan["optimizers"]]
    return [
        f"To compare initializers fairly, every network is also trained at {len(tried)} learning "
        f"rates ({', '.join(tried)}{units if relative else ''}) for {plan['steps']} updates of "
        f"{plan['batch_size']} points, and judged at the one with the highest accuracy on "
        f"{plan['validation_points']} training points that no network is trained on. A network "
        f"has trained when its accuracy, averaged over {rule['window']} mini-batches, reaches "
        f"{rule['threshold']:g}; it has diverged when its loss is infinite or no number, or ends "
        f"above {rule['blow_up']:g} times its start, and else has stalled."
    ]


def _rate(entry: Mapping[str, object]) -> str:
    rate = entry.get("relative_learning_rate", entry.get("learning_rate"))
    return f"{entry['name']} {rate:g}"
