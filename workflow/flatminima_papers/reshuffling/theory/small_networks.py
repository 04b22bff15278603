"""Three small networks with one output and explicit gradients, for many points at once.

Each is a function of parameters (p, ...) and inputs (d, ...), and returns the outputs (...) and
their gradients in the parameters (p, ...).  All are analytic and accept complex parameters.
"""

from collections.abc import Callable

import numpy as np

__all__ = [
    "Network",
    "curvatures",
    "diagonal_linear",
    "jacobian",
    "linear_chain",
    "tanh_perceptron",
]

Network = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]

COMPLEX_STEP = 1e-30
"""A step whose square is below rounding, so that a derivative along it is exact to rounding."""


def diagonal_linear(parameters: np.ndarray, inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return f(x) = sum_j u_j v_j x_j and its gradient.

    Args:
        parameters: u, then v.
        inputs: x.
    """
    u, v = np.split(parameters, 2)
    return (u * v * inputs).sum(0), np.concatenate([v * inputs, u * inputs])


def linear_chain(parameters: np.ndarray, inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return f(x) = c_2 ... c_L w.x, a deep linear network of width one, and its gradient.

    Args:
        parameters: w, then c_2, ..., c_L.
        inputs: x.
    """
    features = len(inputs)
    first, rest = parameters[:features], parameters[features:]
    product, seen = rest.prod(0), (first * inputs).sum(0)
    gradients = np.empty((len(parameters), *seen.shape), seen.dtype)
    np.multiply(product, inputs, out=gradients[:features])
    for layer in range(len(rest)):
        others = np.delete(rest, layer, 0).prod(0)
        np.multiply(others, seen, out=gradients[features + layer])
    return product * seen, gradients


def tanh_perceptron(parameters: np.ndarray, inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return f(x) = sum_j a_j tanh(w_j.x) and its gradient.

    Args:
        parameters: a, then w_1, w_2, ...
        inputs: x.
    """
    width = len(parameters) // (1 + len(inputs))
    outer = parameters[:width]
    inner = parameters[width:].reshape(width, len(inputs), *parameters.shape[1:])
    active = np.tanh((inner * inputs).sum(1))
    slopes = (outer * (1 - active**2))[:, None] * inputs
    gradient = np.concatenate([active, slopes.reshape(-1, *slopes.shape[2:])])
    return (outer * active).sum(0), gradient


def jacobian(network: Network, point: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """Return J (p, m), whose columns are the gradients of the outputs at a point.

    Args:
        network: One of the functions above.
        point: Its parameters (p).
        inputs: The inputs as columns (d, m).
    """
    return network(np.repeat(point[:, None], inputs.shape[1], axis=1), inputs)[1]


def curvatures(network: Network, point: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """Return T (m, p, p), the Hessians of the outputs at a point, by complex steps.

    Args:
        network: One of the functions above.
        point: Its parameters (p).
        inputs: The inputs as columns (d, m).
    """
    steps = 1j * COMPLEX_STEP * np.eye(len(point))
    columns = [jacobian(network, point + step, inputs).imag / COMPLEX_STEP for step in steps]
    return np.stack(columns, axis=-1).transpose(1, 0, 2)
