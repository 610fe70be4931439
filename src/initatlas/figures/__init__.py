"""Figures: one question each, one file each. To add one, write its file and list it here.

Their order is the order of the report. What the command line calls:

    frames = read_frames(figure, kinds, results / "tables")   # the tables that it `needs`
    drawn(figure, frames, initializers) -> Drawn(json, svg, png)

`kinds` maps names of tables to their `Table`; `initializers` are all the study's, in its order,
so that each has one colour through the whole report. A figure whose tables a study does not have
(no training) is not drawn.
"""

from initatlas.figures.activation_histograms import ACTIVATION_HISTOGRAMS
from initatlas.figures.activation_variance import ACTIVATION_VARIANCE
from initatlas.figures.architectures import ARCHITECTURES
from initatlas.figures.base import Drawn, Figure
from initatlas.figures.contrast import CONTRAST
from initatlas.figures.correlation import CORRELATION
from initatlas.figures.correlation_maps import CORRELATION_MAPS
from initatlas.figures.depth_scales import DEPTH_SCALES
from initatlas.figures.distribution_maps import DISTRIBUTION_MAPS
from initatlas.figures.distributions import DISTRIBUTIONS
from initatlas.figures.drawing import drawn, read_frames
from initatlas.figures.final_accuracy import FINAL_ACCURACY
from initatlas.figures.frontier_factor import FRONTIER_FACTOR
from initatlas.figures.gradient_norm import GRADIENT_NORM
from initatlas.figures.jacobian_spectra import JACOBIAN_SPECTRA
from initatlas.figures.kernel_condition import KERNEL_CONDITION
from initatlas.figures.learning_rates import LEARNING_RATES
from initatlas.figures.phase_diagrams import PHASE_DIAGRAMS
from initatlas.figures.phase_plane import PHASE_PLANE
from initatlas.figures.predictor_leaderboard import PREDICTOR_LEADERBOARD
from initatlas.figures.saturation import SATURATION
from initatlas.figures.stability_score import STABILITY_SCORE
from initatlas.figures.trainability_map import TRAINABILITY_MAP
from initatlas.figures.training_curves import TRAINING_CURVES
from initatlas.figures.training_layers import TRAINING_LAYERS
from initatlas.figures.variance_scaling import VARIANCE_SCALING
from initatlas.figures.weight_histograms import WEIGHT_HISTOGRAMS

FIGURES: dict[str, Figure] = {
    f.name: f
    for f in (
        FINAL_ACCURACY,
        ACTIVATION_VARIANCE,
        VARIANCE_SCALING,
        DISTRIBUTIONS,
        GRADIENT_NORM,
        CORRELATION,
        PHASE_DIAGRAMS,
        PHASE_PLANE,
        CORRELATION_MAPS,
        DEPTH_SCALES,
        JACOBIAN_SPECTRA,
        KERNEL_CONDITION,
        TRAINING_CURVES,
        TRAINING_LAYERS,
        SATURATION,
        DISTRIBUTION_MAPS,
        ACTIVATION_HISTOGRAMS,
        WEIGHT_HISTOGRAMS,
        TRAINABILITY_MAP,
        FRONTIER_FACTOR,
        PREDICTOR_LEADERBOARD,
        STABILITY_SCORE,
        LEARNING_RATES,
        ARCHITECTURES,
        CONTRAST,
    )
}

__all__ = ["FIGURES", "Drawn", "Figure", "drawn", "read_frames"]
