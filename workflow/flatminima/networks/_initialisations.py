"""The random initialisations of the paper, drawn one run at a time."""

import numpy as np

from flatminima.networks._layers import LayerShapes

__all__ = ["INITIALISATIONS", "initialise", "random_projection"]

INITIALISATIONS = ("gaussian", "he", "one_layer_zero", "residual")


def initialise(
    kind: str, shapes: LayerShapes, scale: float, generator: np.random.Generator
) -> np.ndarray:
    """Draw the initial parameters of one run.

    - ``gaussian``: every entry N(0, scale^2).
    - ``he``: every entry of a layer N(0, 2 scale^2 / columns), which keeps the size of what
      passes through ReLU layers (He et al. 2015).
    - ``one_layer_zero``: like ``gaussian``, with W_L = 0.  Then R(W) = R(0), and almost surely
      grad_{W_L} R is not zero: assumption A1 of Marion and Chizat.
    - ``residual``: W_k = I + scale / sqrt(L d) * N_k with N_k standard Gaussian, for square
      layers of width d.

    Args:
        kind: One of `INITIALISATIONS`.
        shapes: (rows, columns) of each layer.
        scale: The scale of the random part.
        generator: The source of the random numbers; L * rows * columns are drawn.

    Returns:
        The parameters, shape (size,), layer by layer in row-major order.

    Raises:
        ValueError: If the kind is unknown, or residual layers are not square.
    """
    if kind not in INITIALISATIONS:
        raise ValueError(f"initialisation {kind!r} is not one of {INITIALISATIONS}")
    noise = [generator.standard_normal(shape) for shape in shapes]
    if kind in ("gaussian", "one_layer_zero"):
        layers = [scale * layer for layer in noise]
        if kind == "one_layer_zero":
            layers[-1][:] = 0
    elif kind == "he":
        layers = [scale * np.sqrt(2 / layer.shape[1]) * layer for layer in noise]
    else:
        if len({length for shape in shapes for length in shape}) != 1:
            raise ValueError("the residual initialisation needs square layers of one width")
        spread = scale / np.sqrt(len(shapes) * shapes[0][1])
        layers = [np.eye(len(layer)) + spread * layer for layer in noise]
    return np.concatenate([layer.ravel() for layer in layers])


def random_projection(features: int, generator: np.random.Generator) -> np.ndarray:
    """Draw p, the fixed last layer of a residual network: isotropic with ||p|| = 1."""
    direction = generator.standard_normal(features)
    return direction / np.linalg.norm(direction)
