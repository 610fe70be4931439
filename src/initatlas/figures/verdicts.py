"""Which predictor wins, and does the score beat the trivial ones? In words, from a leaderboard."""

import math

import pandas as pd

from initatlas.figures.words import listed, number

SCORE, TRIVIAL = "score", "distance_to_critical"
BASELINES = {"depth": "depth alone", TRIVIAL: "the trivial |σ_w² − σ_w²crit|"}
OUTCOMES = ("trained", "final_test_accuracy")  # the first that tells predictors apart is told of


def ranking(rows: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """The outcome that is told of, and its predictors from the best on."""
    for outcome in OUTCOMES:
        column = "auc" if outcome == "trained" else "spearman"
        own = rows[(rows.outcome == outcome) & rows[column].notna()]
        if len(own):
            return outcome, own.sort_values("rank", kind="stable")
    return OUTCOMES[0], rows.iloc[:0]


def measure(row: pd.Series, outcome: str) -> str:
    """AUC, or |ρ|, in the predictor's direction, with its interval."""
    if outcome != "trained":
        ends = f"{number(row.low)} to {number(row.high)}"
        return f"|ρ| = {number(row.strength)}, 95 %: {ends}"
    auc, low, high = ((1 + value) / 2 for value in (row.strength, row.low, row.high))
    return f"AUC {number(auc)}, 95 %: {number(low)} to {number(high)}"


def against(ranked: pd.DataFrame, outcome: str) -> str:
    """The score beside the baselines that need no study, whichever way it comes out."""
    rows = ranked.drop_duplicates("predictor").set_index("predictor")
    known = {name: said for name, said in BASELINES.items() if name in rows.index}
    if SCORE not in rows.index or TRIVIAL not in known:
        missing = "the score" if SCORE not in rows.index else "the distance from criticality"
        return f"{missing} is not known of these cells"
    own = rows.loc[SCORE]
    if all(own.low > rows.loc[name].high for name in known):
        value = _short(own, outcome)
        others = {said: _short(rows.loc[name], outcome) for name, said in known.items()}
        return (
            f"the score beats {listed([f'{n} ({value} against {v})' for n, v in others.items()])}"
        )
    return "; ".join(_beside(own, rows.loc[name], said, outcome) for name, said in known.items())


def _beside(own: pd.Series, trivial: pd.Series, name: str, outcome: str) -> str:
    """The score beside one baseline."""
    values = f"{_short(own, outcome)} against {_short(trivial, outcome)}"
    if own.low > trivial.high:
        return f"the score beats {name} ({values})"
    if trivial.low > own.high:
        return f"{name} beats the score ({values}, the score’s first)"
    if math.isclose(own.strength, trivial.strength):
        return f"the score does no better than {name} ({values})"
    way = "ahead of" if own.strength > trivial.strength else "behind"
    return f"the score is {way} {name}, but their intervals overlap ({values})"


def _short(row: pd.Series, outcome: str) -> str:
    return number((1 + row.strength) / 2 if outcome == "trained" else row.strength)
