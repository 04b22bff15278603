"""GELU in its tanh and erf forms, by the formulas.

For training they are compiled, see `flatminima.kernels.activations`.
"""

from typing import Protocol

import numpy as np

__all__ = ["ACTIVATIONS", "Activation", "ErfGelu", "TanhGelu"]


class Activation(Protocol):
    """An activation function and its derivatives.

    Attributes:
        kernel_name: What the function is called in `flatminima.kernels.activations`.
    """

    kernel_name: str

    def derivatives(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the function and its first two derivatives at z."""


class TanhGelu:
    """The tanh form, z/2 (1 + tanh(sqrt(2/pi) (z + 0.044715 z^3)))."""

    SLOPE = np.sqrt(2 / np.pi)
    CUBIC = 0.044715

    kernel_name = "gelu_tanh"

    def derivatives(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the function and its first two derivatives at z."""
        t = np.tanh(self.SLOPE * (z + self.CUBIC * z**3))
        inner = self.SLOPE * (1 + 3 * self.CUBIC * z**2)
        t_dot = (1 - t**2) * inner
        t_ddot = -2 * t * t_dot * inner + (1 - t**2) * 6 * self.SLOPE * self.CUBIC * z
        return z / 2 * (1 + t), (1 + t) / 2 + z / 2 * t_dot, t_dot + z / 2 * t_ddot


class ErfGelu:
    """The exact form, z Phi(z) with Phi the distribution function of N(0, 1)."""

    kernel_name = "gelu_erf"

    def derivatives(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the function and its first two derivatives at z."""
        from scipy.special import erf

        distribution = (1 + erf(z / np.sqrt(2))) / 2
        density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
        return z * distribution, distribution + z * density, (2 - z**2) * density


ACTIVATIONS: dict[str, type[TanhGelu] | type[ErfGelu]] = {"tanh": TanhGelu, "erf": ErfGelu}
"""The forms of GELU by their names."""
