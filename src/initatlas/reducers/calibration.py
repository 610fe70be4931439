"""The score's constants, fitted once and frozen. Made by `initatlas calibrate`: no edits.

Provenance: the study in workflow/studies/calibration.yaml; 210 cells whose parts are all finite.
To fit them anew, run that study, and

    python -m initatlas calibrate --results results/calibration --output <this file>
"""

from math import inf

from initatlas.reducers.score import Calibration, Constants, Scale

CALIBRATION = Calibration(
    study="calibration",
    datasets=("blobs",),
    depths=(3, 6, 12, 24, 40),
    tables="c15220362bf5ce6fbefe4de8fb7b5edbd27b8331d2f08cff388c0108e0fbe354",
    scores={
        "score": Constants(
            scales={
                "forward_stability": Scale(value=12.9254, low=6.50881, high=inf),
                "gradient_stability": Scale(value=10.5024, low=7.99974, high=12.7356),
                "depth_ratio": Scale(value=inf, low=inf, high=inf),
                "beta": Scale(value=3.53999, low=0.806653, high=10.7692),
                "jacobian_variance": Scale(value=25.0655, low=20.1564, high=36.6037),
            },
            log_likelihood=-0.159207,
            null_log_likelihood=-0.686602,
            auc=0.98213,
            n_cells=210,
        ),
        "score_predicted": Constants(
            scales={
                "forward_stability_theory": Scale(value=13.1562, low=6.96108, high=inf),
                "gradient_stability_theory": Scale(value=10.4382, low=8.59802, high=13.7705),
                "depth_ratio": Scale(value=inf, low=inf, high=inf),
                "beta": Scale(value=3.57939, low=0.816792, high=14.1311),
                "jacobian_variance": Scale(value=24.8386, low=19.0158, high=36.5037),
            },
            log_likelihood=-0.160136,
            null_log_likelihood=-0.686602,
            auc=0.981944,
            n_cells=210,
        ),
        "score_measured": Constants(
            scales={
                "forward_stability": Scale(value=7.49006, low=4.48115, high=inf),
                "gradient_stability": Scale(value=6.7363, low=5.00861, high=8.90593),
                "gradient_scatter": Scale(value=0.446371, low=0.187701, high=0.917311),
            },
            log_likelihood=-0.329192,
            null_log_likelihood=-0.686602,
            auc=0.942963,
            n_cells=210,
        ),
    },
)
