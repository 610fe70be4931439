"""What is being minimized? The cross-entropy of the softmax of the readout."""

import torch
from jaxtyping import Float, Int
from torch import Tensor


def cross_entropy(
    logits: Float[Tensor, "net point class"], labels: Int[Tensor, " point"]
) -> Float[Tensor, "net point"]:
    """−ln softmax(z)[label] of each point, in nats."""
    chosen = logits[:, torch.arange(len(labels)), labels]
    return logits.logsumexp(dim=2) - chosen


def cross_entropy_gradient(
    logits: Float[Tensor, "net point class"], labels: Int[Tensor, " point"]
) -> Float[Tensor, "net point class"]:
    """∂C/∂z = softmax(z) − onehot(label) of each point's own cost."""
    gradient = logits.softmax(dim=2)
    gradient[:, torch.arange(len(labels)), labels] -= 1
    return gradient


def accuracy(
    logits: Float[Tensor, "net point class"], labels: Int[Tensor, " point"]
) -> Float[Tensor, " net"]:
    """Fraction of points whose largest logit is the label's."""
    return (logits.argmax(dim=2) == labels).to(logits.dtype).mean(dim=1)
