"""Which works does a report rest on?"""

from dataclasses import dataclass

RESOLVERS = {
    "doi": "https://doi.org/{}",
    "arXiv": "https://arxiv.org/abs/{}",
    "PMLR": "https://proceedings.mlr.press/{}.html",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A work, and what identifies it: kind is doi, arXiv or PMLR."""

    text: str
    kind: str
    id: str

    @property
    def address(self) -> str:
        """Where a reader finds it."""
        return RESOLVERS[self.kind].format(self.id)


WORKS = (
    Reference(
        text="X. Glorot, Y. Bengio (2010). Understanding the difficulty of training deep "
        "feedforward neural networks. AISTATS.",
        kind="PMLR",
        id="v9/glorot10a",
    ),
    Reference(
        text="K. He, X. Zhang, S. Ren, J. Sun (2015). Delving deep into rectifiers. ICCV.",
        kind="doi",
        id="10.1109/ICCV.2015.123",
    ),
    Reference(
        text="A. Saxe, J. McClelland, S. Ganguli (2014). Exact solutions to the nonlinear dynamics "
        "of learning in deep linear neural networks. ICLR.",
        kind="arXiv",
        id="1312.6120",
    ),
    Reference(
        text="B. Poole, S. Lahiri, M. Raghu, J. Sohl-Dickstein, S. Ganguli (2016). Exponential "
        "expressivity in deep neural networks through transient chaos. NeurIPS.",
        kind="arXiv",
        id="1606.05340",
    ),
    Reference(
        text="S. Schoenholz, J. Gilmer, S. Ganguli, J. Sohl-Dickstein (2017). Deep information "
        "propagation. ICLR.",
        kind="arXiv",
        id="1611.01232",
    ),
    Reference(
        text="B. Hanin, M. Nica (2020). Products of many large random matrices and gradients in "
        "deep neural networks. Communications in Mathematical Physics 376.",
        kind="doi",
        id="10.1007/s00220-019-03624-z",
    ),
    Reference(
        text="E. B. Wilson (1927). Probable inference, the law of succession, and statistical "
        "inference. Journal of the American Statistical Association 22.",
        kind="doi",
        id="10.1080/01621459.1927.10502953",
    ),
    Reference(
        text="A. Satyanarayan, D. Moritz, K. Wongsuphasawat, J. Heer (2017). Vega-Lite: a grammar "
        "of interactive graphics. IEEE TVCG 23.",
        kind="doi",
        id="10.1109/TVCG.2016.2599030",
    ),
)
