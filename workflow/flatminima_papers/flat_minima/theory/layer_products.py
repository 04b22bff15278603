"""Products of square layers near given ones, V_1, ..., V_L (paper, Lemma 3 and Theorem 4).

"Paper" is Marion and Chizat, arXiv:2405.13456.  It does not state its constants; those here are
this study's.  A point of the ball of radius r has layers W_k = V_k + theta_k / L with
||theta_k||_2 <= r.  With A_k = V_k ... V_1 let W_k ... W_1 = A_k Q_k.  Then

    Q_k = (I + A_k^-1 theta_k A_{k-1} / L) Q_{k-1},

and with kappa_j = ||A_{j-1}|| / sigma_min(A_j) the singular values of Q_k lie between

    prod_{j <= k} (1 - kappa_j r / L)  and  prod_{j <= k} (1 + kappa_j r / L).
"""

from dataclasses import dataclass

import numpy as np

__all__ = [
    "BallConstants",
    "ProductRange",
    "ball_constants",
    "limiting_constants",
    "limiting_range",
    "limiting_singular_value",
    "product_range",
    "stretch_in_ball",
]

RADII = np.geomspace(1e-3, 1, 60)
"""The radii of balls that are tried; each gives a proof."""

SWEEPS = 3
"""Improvement steps in `stretch_in_ball`; more steps gain less than 1 %."""

LIMITING_DEPTH = 2000
"""The number of layers that stands for infinitely many; the error is of order one over it."""


@dataclass(frozen=True)
class ProductRange:
    """Bounds of the singular values of partial products.

    Attributes:
        smallest: Lower bounds for W_k ... W_1, k = 0, ..., L, shape (..., L + 1); 1 for k = 0.
        largest: Upper bounds, of the same shape.
    """

    smallest: np.ndarray
    largest: np.ndarray

    def in_ball(self, radius: float | np.ndarray) -> "ProductRange":
        """Return bounds that hold at every point of the ball of this radius, or of each radius."""
        condition = self.largest[:-1] / self.smallest[1:]
        step = np.append(0, condition / len(condition)) * np.asarray(radius)[..., None]
        return ProductRange(
            self.smallest * np.cumprod(np.maximum(1 - step, 0), axis=-1),
            self.largest * np.cumprod(1 + step, axis=-1),
        )


@dataclass(frozen=True)
class BallConstants:
    """The constants of the paper's Theorem 4 for one start (this study).

    With P_k = W_{k-1} ... W_1 let m_k <= ||u_k|| sigma_min(P_k) / ||p|| and
    N >= ||u_k|| ||P_k|| / ||p|| at every point of the ball, and nu^2 be the mean of m_k^2:

    - ||grad R||^2 >= 4 lambda ||p||^2 L nu^2 (R - R_min) in the ball;
    - the flow moves no theta_k further than (N / nu^2) sqrt(Lambda (R(0) - R_min)) / (lambda ||p||)
      while it is there;
    - so it stays there, and converges, if R(0) - R_min < C lambda^2 ||p||^2 / Lambda, where
      C = (r nu^2 / N)^2.

    Attributes:
        radius: The radius r of the ball.
        lower: nu^2.
        upper: N.
    """

    radius: float
    lower: float
    upper: float

    @property
    def constant(self) -> float:
        """C, the allowed excess risk of the start in units of lambda^2 ||p||^2 / Lambda."""
        return (self.radius * self.lower / self.upper) ** 2

    @property
    def path(self) -> float:
        """N / nu^2, how far a theta_k moves, in units of sqrt(Lambda (R(0) - R_min)) / lambda."""
        return self.upper / self.lower


def product_range(layers: np.ndarray) -> ProductRange:
    """Return the extreme singular values of V_k ... V_1 themselves.

    Args:
        layers: V_1, ..., V_L, shape (L, d, d).
    """
    product, extremes = np.eye(layers.shape[1]), [(1.0, 1.0)]
    for layer in layers:
        product = layer @ product
        values = np.linalg.svd(product, compute_uv=False)
        extremes.append((values[-1], values[0]))
    return ProductRange(*np.transpose(extremes))


def stretch_in_ball(layers: np.ndarray, radius: float, *, largest: bool) -> float:
    """Search the ball for the network whose W_L ... W_1 stretches a direction most, or least.

    Along a path x_k = W_k x_{k-1} the perturbation theta_k = +-r b_k x_{k-1}^T / ||x_{k-1}||, with
    b_k the unit vector along W_{k+1}^T ... W_L^T x_L, changes ||x_L|| most to first order. The path
    and the b_k are improved in turn, starting from those of the unperturbed network.

    Args:
        layers: V_1, ..., V_L, shape (L, d, d).
        radius: r.
        largest: Whether to search for the most or the least.

    Returns:
        ||W_L ... W_1 x|| for a unit x at a point of the ball. So at this point the largest singular
        value is at least as large, or the smallest at most as large.
    """
    depth, sign = len(layers), 1 if largest else -1
    step = sign * radius / depth
    left, _, right = np.linalg.svd(np.linalg.multi_dot([np.eye(layers.shape[1]), *layers[::-1]]))
    index = 0 if largest else -1
    start, path = right[index], None
    slope, found = left[:, index], []
    for _ in range(SWEEPS):
        slopes = [slope]
        for k in range(depth - 1, 0, -1):
            change = 0 if path is None else step * _unit(path[k])
            slopes.insert(0, _unit(layers[k].T @ slopes[0] + change))
        path = [start]
        for layer, direction in zip(layers, slopes, strict=True):
            x = path[-1]
            path.append(layer @ x + step * np.linalg.norm(x) * direction)
        found.append(np.linalg.norm(path[-1]))
        slope = _unit(path[-1])
    return float(max(found) if largest else min(found))


def ball_constants(layers: np.ndarray) -> BallConstants:
    """Return the constants of the ball that allows the largest excess risk.

    Args:
        layers: V_1, ..., V_L, shape (L, d, d).
    """
    transposed = layers[::-1].transpose(0, 2, 1)
    return _best_constants(product_range(layers), product_range(transposed))


def limiting_constants(init_scale: float) -> BallConstants:
    """Return the limit of `ball_constants` of the residual start as first d, then L grows (ours).

    Args:
        init_scale: s >= 0.
    """
    limit = limiting_range(init_scale)
    return _best_constants(limit, limit)


def limiting_range(init_scale: float) -> ProductRange:
    """Return the limit of `product_range` of the residual start as first d, then L grows (ours).

    V_k ... V_1 is a product of scale s sqrt(k / L); `LIMITING_DEPTH` values of k stand for all.

    Args:
        init_scale: s >= 0.
    """
    scales = init_scale * np.sqrt(np.arange(LIMITING_DEPTH + 1) / LIMITING_DEPTH)
    largest = np.array([limiting_singular_value(scale) for scale in scales])
    return ProductRange(1 / largest, largest)


def limiting_singular_value(init_scale: float) -> float:
    """Return the largest singular value of W_L ... W_1 as first d, then L grows (ours).

    With W_k = I + s / sqrt(L d) N_k the squared singular values follow the free multiplicative
    Brownian motion, of S-transform exp(-s^2 (1 + 2z)). Its support ends at

        (r + 1) / (r - 1) exp(s^2 r), r = sqrt(1 + 2 / s^2),

    and it is symmetric under inversion. So the smallest singular value is one over the largest.

    Args:
        init_scale: s >= 0.
    """
    if init_scale == 0:
        return 1.0
    r = np.sqrt(1 + 2 / init_scale**2)
    return float(np.sqrt((r + 1) / (r - 1)) * np.exp(init_scale**2 * r / 2))


def _best_constants(before: ProductRange, after: ProductRange) -> BallConstants:
    """Return the constants from the layers before each layer and, transposed, those after it."""
    prefix, suffix = before.in_ball(RADII), after.in_ball(RADII)
    lower = prefix.smallest[:, :-1] * suffix.smallest[:, -2::-1]
    upper = prefix.largest[:, :-1] * suffix.largest[:, -2::-1]
    rows = zip(RADII, np.mean(lower**2, axis=1), upper.max(axis=1), strict=True)
    return max((BallConstants(*map(float, row)) for row in rows), key=lambda one: one.constant)


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)
