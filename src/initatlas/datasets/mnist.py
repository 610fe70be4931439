"""MNIST: 70,000 handwritten digits of 28 × 28 pixels."""

from initatlas.datasets.idx import published

MNIST = published(
    name="mnist",
    kind="MNIST",
    md5={
        "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
        "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
        "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
    },
    train=60_000,
    test=10_000,
    source="LeCun, Cortes & Burges 1998, through torchvision",
)
