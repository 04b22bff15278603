"""The risks of batches of samples of a network of full layers: gradients and Hessians."""

import numpy as np

from flatminima.networks._layers import layers_of
from flatminima.networks._network import LayeredNetwork

__all__ = ["BatchRisks"]


class BatchRisks:
    """The risks of batches of samples at the weights of one run, with their derivatives.

    A batch B of b rows of the data has the risk R_B = (1/b) sum_{i in B} (f(x_i) - y_i)^2.

    Args:
        network: A network of full layers.
        weights: Of one run, see `LayeredNetwork.weights_of_a_run`.
        batches: Rows of the data, shape (number, b).
    """

    def __init__(self, network: LayeredNetwork, weights: np.ndarray, batches: np.ndarray) -> None:
        dataset = network.dataset
        self.layers = layers_of(network.weights_of_a_run(weights), network.layer_shapes)
        activation, projection = network.activation, network.projection
        self.h = [np.ascontiguousarray(dataset.inputs[batches].transpose(0, 2, 1))]
        self.slopes, self.curvatures = [], []
        for W in self.layers:
            z = W @ self.h[-1]
            if activation is None or W is self.layers[-1]:
                value, slope, curvature = z, None, None
            else:
                value, slope, curvature = activation.derivatives(z)
            self.h.append(value)
            self.slopes.append(slope)
            self.curvatures.append(curvature)
        self.residual = projection @ self.h[-1] - dataset.targets[batches]
        self.scale = 2 / batches.shape[1]
        self.projection = projection
        delta = self.scale * projection[:, None] * self.residual[:, None]
        self.delta, self.back = [delta], []
        for k in range(len(self.layers) - 1, 0, -1):
            back = self.layers[k].T @ self.delta[0]
            self.back.insert(0, back)
            slope = self.slopes[k - 1]
            self.delta.insert(0, back if slope is None else slope * back)

    @property
    def risks(self) -> np.ndarray:
        """R_B, shape (number,)."""
        return (self.residual**2).mean(axis=1)

    @property
    def gradients(self) -> np.ndarray:
        """g_B, shape (number, size)."""
        parts = [
            delta @ h.transpose(0, 2, 1) for delta, h in zip(self.delta, self.h[:-1], strict=True)
        ]
        return np.concatenate([part.reshape(len(part), -1) for part in parts], axis=1)

    def hessian_products(self, directions: np.ndarray) -> np.ndarray:
        """Return H_B v for a direction v of each batch, shape (number, size).

        With dots for derivatives along v: z'_k = D_k h_{k-1} + W_k h'_{k-1}, and backwards
        delta'_k h_{k-1}^T + delta_k h'_{k-1}^T, as in `flatminima.networks.mlp.network`.
        """
        number, depth = len(directions), len(self.layers)
        D, start = [], 0
        for W in self.layers:
            D.append(directions[:, start : start + W.size].reshape(number, *W.shape))
            start += W.size
        h_dot, z_dots = [None], []
        for k, W in enumerate(self.layers):
            z_dot = D[k] @ self.h[k]
            if k > 0:
                z_dot += W @ h_dot[k]
            z_dots.append(z_dot)
            slope = self.slopes[k]
            h_dot.append(z_dot if slope is None else slope * z_dot)
        delta_dot = self.scale * self.projection[:, None] * (self.projection @ z_dots[-1])[:, None]
        parts = []
        for k in range(depth - 1, -1, -1):
            part = delta_dot @ self.h[k].transpose(0, 2, 1)
            if k > 0:
                part += self.delta[k] @ h_dot[k].transpose(0, 2, 1)
                back_dot = self.layers[k].T @ delta_dot + D[k].transpose(0, 2, 1) @ self.delta[k]
                if self.slopes[k - 1] is None:
                    delta_dot = back_dot
                else:
                    delta_dot = self.slopes[k - 1] * back_dot
                    delta_dot += self.curvatures[k - 1] * z_dots[k - 1] * self.back[k - 1]
            parts.insert(0, part.reshape(number, -1))
        return np.concatenate(parts, axis=1)
