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
        text="Y. LeCun, L. Bottou, G. Orr, K.-R. Müller (1998). Efficient BackProp. Neural "
        "Networks: Tricks of the Trade, LNCS 1524.",
        kind="doi",
        id="10.1007/3-540-49430-8_2",
    ),
    Reference(
        text="X. Glorot, Y. Bengio (2010). Understanding the difficulty of training deep "
        "feedforward neural networks. AISTATS.",
        kind="PMLR",
        id="v9/glorot10a",
    ),
    Reference(
        text="A. Saxe, J. McClelland, S. Ganguli (2014). Exact solutions to the nonlinear dynamics "
        "of learning in deep linear neural networks. ICLR.",
        kind="arXiv",
        id="1312.6120",
    ),
    Reference(
        text="K. He, X. Zhang, S. Ren, J. Sun (2015). Delving deep into rectifiers. ICCV.",
        kind="doi",
        id="10.1109/ICCV.2015.123",
    ),
    Reference(
        text="D. Mishkin, J. Matas (2016). All you need is a good init. ICLR.",
        kind="arXiv",
        id="1511.06422",
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
        text="J. Pennington, S. Schoenholz, S. Ganguli (2017). Resurrecting the sigmoid in deep "
        "learning through dynamical isometry: theory and practice. NeurIPS.",
        kind="arXiv",
        id="1711.04735",
    ),
    Reference(
        text="G. Yang, S. Schoenholz (2017). Mean field residual networks: on the edge of chaos. "
        "NeurIPS.",
        kind="arXiv",
        id="1712.08969",
    ),
    Reference(
        text="B. Hanin, D. Rolnick (2018). How to start training: the effect of initialization and "
        "architecture. NeurIPS.",
        kind="arXiv",
        id="1803.01719",
    ),
    Reference(
        text="L. Xiao, Y. Bahri, J. Sohl-Dickstein, S. Schoenholz, J. Pennington (2018). Dynamical "
        "isometry and a mean field theory of CNNs. ICML.",
        kind="arXiv",
        id="1806.05393",
    ),
    Reference(
        text="A. Jacot, F. Gabriel, C. Hongler (2018). Neural tangent kernel: convergence and "
        "generalization in neural networks. NeurIPS.",
        kind="arXiv",
        id="1806.07572",
    ),
    Reference(
        text="H. Zhang, Y. Dauphin, T. Ma (2019). Fixup initialization: residual learning without "
        "normalization. ICLR.",
        kind="arXiv",
        id="1901.09321",
    ),
    Reference(
        text="S. Hayou, A. Doucet, J. Rousseau (2019). On the impact of the activation function on "
        "deep neural networks training. ICML.",
        kind="arXiv",
        id="1902.06853",
    ),
    Reference(
        text="L. Xiao, J. Pennington, S. Schoenholz (2020). Disentangling trainability and "
        "generalization in deep neural networks. ICML.",
        kind="arXiv",
        id="1912.13053",
    ),
    Reference(
        text="S. De, S. Smith (2020). Batch normalization biases residual blocks towards the "
        "identity function in deep networks. NeurIPS.",
        kind="arXiv",
        id="2002.10444",
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
        text="B. L. Welch (1947). The generalization of ‘Student’s’ problem when several different "
        "population variances are involved. Biometrika 34.",
        kind="doi",
        id="10.1093/biomet/34.1-2.28",
    ),
    Reference(
        text="A. Satyanarayan, D. Moritz, K. Wongsuphasawat, J. Heer (2017). Vega-Lite: a grammar "
        "of interactive graphics. IEEE TVCG 23.",
        kind="doi",
        id="10.1109/TVCG.2016.2599030",
    ),
)
