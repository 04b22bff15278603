"""Weight decay that is never switched off: the Lasso for two layers, collapse for more.

With a constant rate lambda the dual variable can only gain |g(0)| / ((L - 2) lambda) while the
network is near zero, because its clock runs as e^(-(L - 2) lambda t). It escapes if that exceeds
its bound C_L alpha^(2 - L), so that a small equal start alpha collapses to zero exactly above

    lambda_c = ||g(0)||_inf alpha^(L - 2) / ((L - 2) C_L),   L >= 3   (this study).

For two layers lambda_c = ||g(0)||_inf at every scale, and below it the flow ends at the Lasso,
argmin R + lambda ||w||_1.
"""

import numpy as np

from flatminima.theory.diagonal_networks import risk_gradient
from flatminima.theory.diagonal_potentials import dual_limit

__all__ = ["critical_decay", "lasso"]


def critical_decay(inputs: np.ndarray, targets: np.ndarray, scale: float, depth: int) -> float:
    """Return lambda_c.

    Args:
        inputs: X, shape (n, d).
        targets: y, shape (n,).
        scale: alpha of the equal start, small.
        depth: L >= 2.

    Examples:
        g(0) = -2 for one sample; C_4 = 1.

        >>> X, y = np.eye(1), np.ones(1)
        >>> [round(critical_decay(X, y, 0.1, depth), 12) for depth in (2, 4)]
        [2.0, 0.01]
    """
    largest = np.abs(risk_gradient(inputs, targets, np.zeros(inputs.shape[1]))).max()
    if depth == 2:
        return float(largest)
    return float(largest * scale ** (depth - 2) / ((depth - 2) * dual_limit(depth)))


def lasso(inputs: np.ndarray, targets: np.ndarray, penalty: float) -> np.ndarray:
    """Minimise ||y - X w||^2 / n + lambda ||w||_1, exactly.

    From the smallest penalty at which w is zero down to lambda, w is linear in the penalty between
    the values at which an entry leaves zero or returns to it (homotopy of Osborne et al. 2000).

    Args:
        inputs: X in general position, shape (n, d).
        targets: y, shape (n,).
        penalty: lambda > 0.

    Returns:
        w, shape (d,).

    Raises:
        RuntimeError: If the path has more than 10,000 pieces.

    Examples:
        Orthogonal features are shrunk by n lambda / 2.

        >>> lasso(np.eye(2), np.array([3.0, 0.5]), 1.0).tolist()
        [2.0, 0.0]
    """
    samples, features = inputs.shape
    gram, goal = 2 * inputs.T @ inputs / samples, 2 * inputs.T @ targets / samples
    changed = int(np.abs(goal).argmax())
    level = abs(goal[changed])
    signs = np.zeros(features)
    if level <= penalty:
        return np.zeros(features)
    signs[changed] = np.sign(goal[changed])
    for _ in range(10_000):
        active = signs != 0
        # on this piece w = base - level slope, and the pull on an entry is still + level moving
        inner = gram[np.ix_(active, active)]
        base, slope = np.linalg.solve(inner, np.stack([goal[active], signs[active]], axis=1)).T
        still = goal - gram[:, active] @ base
        moving = gram[:, active] @ slope
        ends = np.zeros((3, features))  # levels at which an entry returns, or leaves to + or -
        ends[0, active] = base / slope
        ends[1, ~active] = still[~active] / (1 - moving[~active])
        ends[2, ~active] = -still[~active] / (1 + moving[~active])
        ends[:, changed] = np.where(ends[:, changed] < level * (1 - 1e-9), ends[:, changed], 0.0)
        ends[ends > level] = 0.0
        event, changed = np.unravel_index(ends.argmax(), ends.shape)
        level = ends[event, changed]
        if level <= penalty:
            w = np.zeros(features)
            w[active] = base - penalty * slope
            return w
        signs[changed] = (0.0, 1.0, -1.0)[event]
    raise RuntimeError("the path of the Lasso has too many pieces")
