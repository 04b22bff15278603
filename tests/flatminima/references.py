"""The slow, obvious ways to compute what the library computes fast, one run at a time.

Everything starts from the samples X and y and the definition of the network; nothing of the
library's own mathematics (Sigma, w*, u_k v_k^T) is used.  A linear network is a perceptron
without activation, and p = 1 is a projection of one entry.  All functions are analytic, so
that they also take complex parameters: the imaginary part of f(x + ih) / h is f'(x) to
rounding, without the cancellation of a finite difference.
"""

from itertools import pairwise

import numpy as np
from scipy.special import erf

from flatminima.networks.mlp.activations import ErfGelu, Rectifier, Tanh, TanhGelu
from flatminima.networks.mlp.network import MultilayerPerceptron

COMPLEX_STEP = 1e-30


def split(network, parameters):
    """Return W_1, ..., W_L."""
    matrices, start = [], 0
    for rows, columns in network.layer_shapes:
        matrices.append(parameters[start : start + rows * columns].reshape(rows, columns))
        start += rows * columns
    return matrices


def join(matrices):
    """Return the parameters, shape (size,), from W_1, ..., W_L."""
    return np.concatenate([matrix.ravel() for matrix in matrices])


def gelu(form, z):
    if form == "relu":
        return z * (z.real > 0)
    if form == "plain tanh":
        return np.tanh(z)
    if form == "erf":
        return z / 2 * (1 + erf(z / np.sqrt(2)))
    return z / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)))


def gelu_slope(form, z):
    if form == "relu":
        return (z.real > 0) + 0 * z
    if form == "plain tanh":
        return 1 - np.tanh(z) ** 2
    if form == "erf":
        return (1 + erf(z / np.sqrt(2))) / 2 + z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    t = np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))
    return (1 + t) / 2 + z / 2 * (1 - t**2) * np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * z**2)


def gelu_form(network):
    """Return the name of a perceptron's activation, None of a linear network."""
    if not isinstance(network, MultilayerPerceptron):
        return None
    forms = {ErfGelu: "erf", TanhGelu: "tanh", Rectifier: "relu", Tanh: "plain tanh"}
    return forms[type(network.activation)]


def projection(network):
    return getattr(network, "projection", np.ones(1))


def forward(network, parameters, inputs):
    """Return z_1, ..., z_L and h_0, ..., h_{L-1}."""
    form, h = gelu_form(network), inputs.T
    before, after = [], [h]
    for W in split(network, parameters):
        z = W @ h
        h = z if form is None else gelu(form, z)
        before.append(z)
        after.append(h)
    return before, after[:-1]


def outputs(network, parameters, inputs):
    """Return f(x) for each row of inputs."""
    return projection(network) @ forward(network, parameters, inputs)[0][-1]


def risk(network, parameters):
    """Return (1/n) ||y - f(X)||^2."""
    dataset = network.dataset
    return np.mean((dataset.targets - outputs(network, parameters, dataset.inputs)) ** 2)


def gradient(network, parameters):
    """Return the gradient of the risk by backpropagation through every sample."""
    return gradient_on(network, parameters, network.dataset.inputs, network.dataset.targets)


def gradient_on(network, parameters, inputs, targets):
    """Return the gradient of the risk on some samples."""
    form = gelu_form(network)
    z, h = forward(network, parameters, inputs)
    matrices = split(network, parameters)
    error = projection(network) @ z[-1] - targets
    delta = 2 / len(error) * np.outer(projection(network), error)
    gradients = []
    for k in reversed(range(len(matrices))):
        gradients.insert(0, delta @ h[k].T)
        if k > 0:
            delta = matrices[k].T @ delta
            if form is not None:
                delta = delta * gelu_slope(form, z[k - 1])
    return join(gradients)


def hessian(network, parameters):
    """Return the whole Hessian, a column for each parameter, by complex steps."""
    return hessian_on(network, parameters, network.dataset.inputs, network.dataset.targets)


def hessian_on(network, parameters, inputs, targets):
    """Return the Hessian of the risk on some samples."""
    columns = [
        gradient_on(network, parameters + 1j * COMPLEX_STEP * axis, inputs, targets).imag
        / COMPLEX_STEP
        for axis in np.eye(len(parameters))
    ]
    return np.stack(columns, axis=1)


def sharpness(network, parameters):
    """Return the largest eigenvalue of the whole Hessian."""
    return np.linalg.eigvalsh(hessian(network, parameters))[-1]


def central_difference(function, point, step=1e-5):
    """Return the derivatives of a function along every axis, as the last axis."""
    axes = step * np.eye(len(point))
    differences = [(function(point + axis) - function(point - axis)) / (2 * step) for axis in axes]
    return np.stack(differences, axis=-1)


def descend(network, parameters, learning_rate, steps):
    """Return the weights of steps 0, 1, ... and the step of divergence, -1 if there is none.

    A run ends with the last step, or before the first whose weights or risk are not finite.
    """
    trajectory = []
    with np.errstate(all="ignore"):
        for step in range(steps + 1):
            if not (np.isfinite(parameters).all() and np.isfinite(risk(network, parameters))):
                return trajectory, step
            trajectory.append(parameters)
            parameters = parameters - learning_rate * gradient(network, parameters)
    return trajectory, -1


def suffixes(network, parameters):
    """Return u_1, ..., u_L: what follows each layer, down to the output."""
    u = [projection(network)]
    for W in reversed(split(network, parameters)[1:]):
        u.insert(0, W.T @ u[0])
    return u


def random_minimiser(network, generator):
    """Return a random minimiser of a linear network: any layers, and a first one that fits."""
    matrices = [
        generator.standard_normal(shape) / np.sqrt(shape[1]) for shape in network.layer_shapes
    ]
    u = suffixes(network, join(matrices))[0]
    fitting = np.outer(u, network.dataset.minimum_norm_solution - matrices[0].T @ u) / (u @ u)
    return join([matrices[0] + fitting, *matrices[1:]])


def balanced_minimiser(network):
    """Return the minimiser of a linear network with rank-one aligned layers of one norm."""
    solution, shapes = network.dataset.minimum_norm_solution, network.layer_shapes
    norm = np.linalg.norm(solution)
    directions = [solution / norm, *(np.eye(rows)[-1] for rows, _ in shapes[:-1])]
    directions.append(projection(network))
    return join(
        [
            norm ** (1 / len(shapes)) * np.outer(after, before)
            for before, after in pairwise(directions)
        ]
    )


def minimiser_sharpness(network, parameters):
    """Return 2 lambda_max(X M X^T / n), M = sum ||u_k||^2 (W_k-1 ... W_1)^T (W_k-1 ... W_1)."""
    inputs = network.dataset.inputs
    total, prefix = 0, np.eye(inputs.shape[1])
    for W, u in zip(split(network, parameters), suffixes(network, parameters), strict=True):
        total = total + (u @ u) * prefix.T @ prefix
        prefix = W @ prefix
    return 2 * np.linalg.eigvalsh(inputs @ total @ inputs.T / len(inputs))[-1]
