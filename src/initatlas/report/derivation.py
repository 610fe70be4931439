"""Why does He's rule hold, and what replaces it for other activations? In words and formulas."""

import math

from markupsafe import Markup

from initatlas.figures.words import decades, number
from initatlas.report.evidence import Tables, deepest
from initatlas.report.rendering import rendered

KAPPA = 5  # β of ReLU with Gaussian weights, times width / depth (Hanin & Nica 2020)


def derivation(tables: Tables) -> Markup:
    """The rule from the length map, with the study's own depth and width; needs theory's tables."""
    if "phases" not in tables:
        return Markup()
    network = deepest(tables["rates"]).iloc[0]
    depth, width = int(network.depth), int(network.width)
    beta = KAPPA * depth / width
    return rendered(
        "derivation.html.jinja",
        depth=depth,
        width=width,
        halved=decades(-depth * math.log10(2)),
        kappa=KAPPA,
        beta=number(beta),
        typical=number(math.exp(-beta / 2)),
        zero=number(2 * math.exp(KAPPA / (2 * width)), 3),
    )
