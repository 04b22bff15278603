r"""The angle at a random start, for infinite width and one sample.

h_k = a h_{k-1} + beta V_k phi(h_{k-1}) with a^2 + beta^2 = 1, V_k of variance 1/m for the identity
and 2/m for ReLU, and a backward vector b_L of random direction.  A perceptron has beta = 1.  With
J_k = dh_k/dh_{k-1} and rates by which all layers contribute alike, eta_k ||g_k||^2 = 1,

    dh_l/dt = J_l dh_{l-1}/dt - b_l / ||b_l||^2,    cos theta_l = l / (||dh_l/dt|| ||b_l||).

With M_l = J_l M_{l-1} J_l^T + 1 and the normalised trace tau this is l / sqrt(tau(M_l^2)), as
tau(M_l) = l.  Where the Jacobians are free, tau(J J^T J J^T) = 1 + c and products of n of them have
1 + c n, so that tau(M_l^2) = l^2 + c (l-1) l (2l-1)/6.
"""

from typing import NamedTuple

import numpy as np

__all__ = [
    "RandomStart",
    "free_constant",
    "free_cosine",
    "limiting_cosine_of_free",
    "random_start",
    "rectified_cosine",
]


def free_constant(activation: str, branch: float) -> float:
    """Return c = tau(J J^T J J^T) - 1: 2 beta^2 - beta^4 for the identity, 2 beta^2 for ReLU.

    Args:
        activation: ``identity`` or ``relu``.
        branch: beta, at most 1.

    Examples:
        >>> free_constant("identity", 1.0), free_constant("relu", 1.0)
        (1.0, 2.0)
    """
    return 2 * branch**2 - (branch**4 if activation == "identity" else 0.0)


def free_cosine(layers: np.ndarray | int, constant: float) -> np.ndarray:
    """Return cos theta_l = (1 + c (l-1)(2l-1)/(6l))^(-1/2).

    Exact for perceptrons and for residual networks of the identity; for residual ReLU networks it
    leaves out that the masks of neighbouring layers are alike.

    Args:
        layers: l.
        constant: c.

    Examples:
        >>> free_cosine(np.array([1, 2]), 2.0).round(6).tolist()
        [1.0, 0.816497]
    """
    layers = np.asarray(layers, dtype=float)
    return (1 + constant * (layers - 1) * (2 * layers - 1) / (6 * layers)) ** -0.5


def limiting_cosine_of_free(factor: np.ndarray | float) -> np.ndarray:
    """Return (1 + 2 t^2/3)^(-1/2), the limit of `free_cosine` of many layers with beta = t/sqrt(L).

    Args:
        factor: t.
    """
    return (1 + 2 * np.asarray(factor) ** 2 / 3) ** -0.5


def rectified_cosine(depth: int, branch: float) -> float:
    r"""Return cos theta_L of a residual ReLU network, with masks that are alike.

    The mask D_k of phi'(h_k) and D_j agree as signs of Gaussians of correlation a^|j-k| do,
    tau(D_j D_k) = 1/2 - arccos(a^|j-k|) / (2 pi).  With F_AB = tau(A M B M) for A and B masks or 1,
    P_AB = tau(A B), tau_A = tau(A), and D the mask of step k,

        F_AB <- a^4 F_AB + 2 a^2 beta^2 k^2 P_AB + 2 a^2 beta^2 (F_AD tau_B + tau_A F_DB)
                + 4 beta^4 (k^2 P_AB / 4 + tau_A tau_B F_DD) + (2k + 1) P_AB

    for k = 0, ..., L-1, and cos theta_L = L / sqrt(F_11).

    Args:
        depth: L.
        branch: beta, at most 1.

    Examples:
        A perceptron's masks are independent.

        >>> bool(np.isclose(rectified_cosine(7, 1.0), free_cosine(7, 2.0)))
        True
    """
    square = branch**2
    keep = 1 - square  # a^2
    places = np.append(np.inf, np.arange(depth)[::-1])  # 1, then the masks, the next one last
    with np.errstate(invalid="ignore"):
        apart = np.abs(np.subtract.outer(places, places))
    overlaps = 0.5 - np.arccos(keep ** (apart / 2)) / (2 * np.pi)
    overlaps[0], overlaps[:, 0] = 0.5, 0.5
    overlaps[0, 0] = 1.0
    traces = np.append(1.0, np.full(depth, 0.5))
    moments = np.zeros_like(overlaps)
    for k in range(depth):
        mask = np.outer(moments[:, -1], traces)
        moments = (
            keep**2 * moments
            + ((2 * keep * square + square**2) * k**2 + 2 * k + 1) * overlaps
            + 2 * keep * square * (mask + mask.T)
            + 4 * square**2 * moments[-1, -1] * np.outer(traces, traces)
        )[:-1, :-1]
        overlaps, traces = overlaps[:-1, :-1], traces[:-1]
    return float(depth / np.sqrt(moments[0, 0]))


class RandomStart(NamedTuple):
    """What is drawn of a random network on one sample.

    Attributes:
        cosines: cos theta_1, ..., cos theta_L.
        backward_norm: ||b_L||.
        speed: ||dh_L/dt||.
    """

    cosines: np.ndarray
    backward_norm: float
    speed: float


def random_start(
    activation: str, width: int, depth: int, branch: float, generator: np.random.Generator
) -> RandomStart:
    r"""Draw a random network and its features' speeds, without writing out its weights.

    A weight matrix V meets three vectors alone: x forwards, b backwards and y with the velocity.
    Given V x the law of V^T b is that of x (b.Vx)/||x||^2 plus a fresh Gaussian across x, and given
    both that of V y is linear in the part of y along x, known along b, and fresh across b.  So the
    law is exact, at m instead of m^2 numbers a layer (Bolthausen's conditioning).

    Args:
        activation: ``identity`` or ``relu``.
        width: m.
        depth: L.
        branch: beta, at most 1.
        generator: Where all of it comes from.
    """
    keep = np.sqrt(1 - branch**2)
    gain = branch * np.sqrt((2 if activation == "relu" else 1) / width)
    h = generator.standard_normal(width)
    masks, sent, images = [], [], []
    for _ in range(depth):
        masks.append((h > 0).astype(float) if activation == "relu" else np.ones(width))
        sent.append(masks[-1] * h)
        images.append(np.linalg.norm(sent[-1]) * generator.standard_normal(width))
        h = keep * h + gain * images[-1]
    b = generator.standard_normal(width)
    vectors, pulled = [], []
    for x, image, mask in zip(*map(reversed, (sent, images, masks)), strict=True):
        fresh = _across(x, np.linalg.norm(b) * generator.standard_normal(width))
        vectors.append(b)
        pulled.append(x * (b @ image) / (x @ x) + fresh)
        b = keep * b + gain * mask * pulled[-1]
    velocity, cosines = np.zeros(width), np.empty(depth)
    for k, (x, image, mask) in enumerate(zip(sent, images, masks, strict=True)):
        b, from_above = vectors[depth - 1 - k], pulled[depth - 1 - k]
        y = mask * velocity
        along = (x @ y) / (x @ x)
        rest = y - along * x
        fresh = _across(b, np.linalg.norm(rest) * generator.standard_normal(width))
        moved = along * image + b * (from_above @ rest) / (b @ b) + fresh
        velocity = keep * velocity + gain * moved - b / (b @ b)
        cosines[k] = (k + 1) / np.linalg.norm(velocity) / np.linalg.norm(b)
    return RandomStart(cosines, float(np.linalg.norm(b)), float(np.linalg.norm(velocity)))


def _across(direction: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """Return the part of a vector across a direction."""
    return vector - direction * (direction @ vector) / (direction @ direction)
