"""What makes networks trainable, and what should one use? Sentences as in `findings`."""

import numpy as np
import pandas as pd

from initatlas.figures import frontiers
from initatlas.figures.predictor_leaderboard import PREDICTOR_LEADERBOARD, shown
from initatlas.figures.verdicts import BASELINES, SCORE, ranking
from initatlas.figures.words import counted, listed
from initatlas.report.evidence import Tables, main, whose
from initatlas.report.finding import Finding, Number

NAMED = 4  # activations that a sentence names


def frontier(tables: Tables) -> list[Finding]:
    """How many depth scales networks can be trained through."""
    if "frontier" not in tables:
        return []
    fits = frontiers.factors(tables["frontier"])
    fits = fits[fits.step == fits.step.max()].assign(scale=fits.scale.map(frontiers.SYMBOLS))
    known = fits[fits.verdict != "few_cells"]
    if known.empty:
        return []
    numbers = tuple(_factor(row) for row in known.itertuples() if row.verdict != "no_boundary")
    if not (known.verdict == "fitted").any():
        text = "In units of theory’s depth scales, no map shows an end of trainability"
        return [Finding(text=f"{text}.", figure="trainability_map", numbers=numbers)]
    after = f"after {counted(int(fits.step.iloc[0]), 'update')}"
    text = f"{frontiers.sentence(known)} (95 % intervals, {after})."
    return [Finding(text=text, figure="trainability_map", numbers=numbers)]


def _factor(row: tuple) -> Number:
    """How deep half of the networks train; open where all or none of them do."""
    name = f"depth in {row.scale} that half of the {row.activation} networks train at"
    return Number(name=f"{name}, {row.optimizer}", value=row.k, low=row.low, high=row.high)


def recommended(tables: Tables) -> list[Finding]:
    """The best initializer of each activation's deepest networks, and how sure that is."""
    if "recommendation" not in tables:
        return []
    rows = tables["recommendation"]
    rows = rows[rows.n_candidates > 1]
    if rows.empty:
        return []
    of = f" of {whose(rows)}networks" if whose(rows) else ""
    rows = main(rows)
    first, shares = _most_often(rows)
    rows = rows[rows.depth == rows.depth.max()]
    said = _best(rows.sort_values(["decisive", "score"], ascending=False))
    decisive = int(rows.decisive.sum())
    sure = (
        f"{decisive} of {counted(len(rows), 'winner')} "
        f"{'is' if decisive == 1 else 'are'} ahead of every other beyond the scatter of seeds"
    )
    text = (
        f"{first}At depth {int(rows.depth.iloc[0])}{of}, the best test accuracy is {said}; {sure}."
    )
    numbers = (
        *shares,
        *(_accuracy(row) for row in rows.itertuples()),
        Number(name="share of winners that are ahead of every other", value=decisive / len(rows)),
    )
    return [Finding(text=text, chapter="recommendation", numbers=numbers)]


def _most_often(rows: pd.DataFrame) -> tuple[str, tuple[Number, ...]]:
    """Who is most often the best or not told from it; nothing is said where all are alike."""
    ahead = [{row.initializer, *filter(None, row.as_good.split(", "))} for row in rows.itertuples()]
    names = list(dict.fromkeys(name for tied in ahead for name in sorted(tied)))
    counts = {name: sum(name in tied for tied in ahead) for name in names}
    told = "share of cases that {} is best in or not told from it"
    shares = tuple(Number(name=told.format(name), value=counts[name] / len(rows)) for name in names)
    candidates = int(rows.n_candidates.max())
    never = max(0, candidates - len(names))
    most, least = max(counts.values()), 0 if never else min(counts.values())
    if len(rows) < 2 or most == least:
        return "", shares
    best, worst = ([name for name, n in counts.items() if n == count] for count in (most, least))
    others = f"{never} of {candidates} initializers" if never else listed(worst, 3)
    text = (
        f"Of {counted(len(rows), 'combination')} of activation and depth, {listed(best, 3)} "
        f"{'is' if len(best) == 1 else 'are each'} the best, or not told from it, in {most}, "
        f"{others} in {least or 'none'}. "
    )
    return text, shares


def _accuracy(row: tuple) -> Number:
    name = f"test accuracy of {row.activation}, depth {row.depth}, with {row.initializer}"
    return Number(name=name, value=row.score, low=row.score_low, high=row.score_high)


def _best(rows: pd.DataFrame) -> str:
    """The winners' accuracies, those of one initializer together."""
    named, others = rows[:NAMED], len(rows) - NAMED
    said = [
        f"{listed([_reached(row) for row in own.itertuples()])} with {initializer}"
        for initializer, own in named.groupby("initializer", sort=False)
    ]
    more = f" ({counted(others, 'other activation')} in the table)" if others > 0 else ""
    return ", ".join(said) + more


def _reached(row: tuple) -> str:
    ends = ""
    if not np.isnan(row.score_low):
        ends = f" (95 %: {max(row.score_low, 0):.2f} to {min(row.score_high, 1):.2f})"
    return f"{row.score:.2f}{ends} for {row.activation}"


def foretold(tables: Tables) -> list[Finding]:
    """How often theory's pick is not told from the best, and what following it costs.

    Both beside what a candidate at random would do: of few seeds, most cannot be told apart.
    """
    if "recommendation" not in tables:
        return []
    rows = tables["recommendation"]
    rows = rows[(rows.n_candidates > 1) & rows.theory_right.notna()]
    if rows.empty:
        return []
    right, of = int(rows.theory_right.sum()), len(rows)
    text = (
        f"What theory’s score would have picked is the best or cannot be told from it in {right} "
        f"of {counted(of, 'case')}, a candidate at random in {rows.chance_right.sum():.1f}; "
        f"following it costs {rows.theory_loss.mean():.2f} of test accuracy on average"
        f"{_most(rows.theory_loss)}, choosing at random {rows.chance_loss.mean():.2f}."
    )
    pick, chance = "theory’s pick", "a candidate at random"
    numbers = (
        Number(
            name=f"share of cases in which {pick} cannot be told from the best", value=right / of
        ),
        Number(name=f"the same of {chance}", value=rows.chance_right.mean()),
        Number(name=f"mean test accuracy that {pick} costs", value=rows.theory_loss.mean()),
        Number(name=f"mean test accuracy that {chance} costs", value=rows.chance_loss.mean()),
    )
    return [Finding(text=text, chapter="recommendation", numbers=numbers)]


def _most(losses: pd.Series) -> str:
    return f" ({losses.max():.2f} at most)" if len(losses) > 1 else ""


def predicting(tables: Tables) -> list[Finding]:
    """Which number known at initialization foretells training, and whether the score is needed."""
    if "leaderboard" not in tables or tables["leaderboard"].empty:
        return []
    frames = PREDICTOR_LEADERBOARD.tidy(tables)
    text = PREDICTOR_LEADERBOARD.title(frames)
    outcome, ranked = ranking(shown(frames[PREDICTOR_LEADERBOARD.name]))
    told = (ranked["rank"] == ranked["rank"].min()) | ranked.predictor.isin([SCORE, *BASELINES])
    numbers = tuple(_strength(row, outcome) for _, row in ranked[told].iterrows())
    return [Finding(text=f"{text}.", figure="predictor_leaderboard", numbers=numbers)]


def _strength(row: pd.Series, outcome: str) -> Number:
    """AUC, or |ρ|, as the text says it."""
    ends = row[["strength", "low", "high"]].astype(float)
    measure = "|ρ|"
    if outcome == "trained":
        ends, measure = (1 + ends) / 2, "AUC"
    name = f"{measure} of {row['name']} for the outcome {outcome}"
    return Number(name=name, value=ends.strength, low=ends.low, high=ends.high)
