"""Activation functions, from their formulas: GELU in its tanh and erf forms, ReLU and tanh.

The compiled ones for training are in `flatminima.kernels.activations`.
"""

from typing import Protocol

import numpy as np

from flatminima.networks import Activation

__all__ = [
    "ACTIVATIONS",
    "GELU_FORMS",
    "CompiledActivation",
    "ErfGelu",
    "Rectifier",
    "Tanh",
    "TanhGelu",
    "activation_named",
]


class CompiledActivation(Activation, Protocol):
    """An activation function, its derivatives, and what training calls.

    Attributes:
        kernel_name: The name of the function in `flatminima.kernels.activations`.
    """

    kernel_name: str


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


class Rectifier:
    """max(z, 0); its second derivative is taken as 0, and the first one at 0 as well."""

    kernel_name = "rectifier"

    def derivatives(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the function and its first two derivatives at z."""
        return np.maximum(z, 0), (z > 0).astype(float), np.zeros_like(z)


class Tanh:
    """The hyperbolic tangent."""

    kernel_name = "tanh"

    def derivatives(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the function and its first two derivatives at z."""
        t = np.tanh(z)
        slope = 1 - t**2
        return t, slope, -2 * t * slope


GELU_FORMS: dict[str, type[CompiledActivation]] = {"tanh": TanhGelu, "erf": ErfGelu}
"""The forms of GELU by their names."""

ACTIVATIONS: dict[str, type[CompiledActivation]] = {"relu": Rectifier, "tanh": Tanh}
"""The other activations by their names."""


def activation_named(name: str, gelu: str) -> CompiledActivation:
    """Return an activation.

    Args:
        name: ``gelu``, ``relu`` or ``tanh``.
        gelu: The form of GELU.

    Raises:
        ValueError: If there is no activation of this name, or no such form of GELU.
    """
    if gelu not in GELU_FORMS:
        raise ValueError(f"GELU form {gelu!r} is not one of {tuple(GELU_FORMS)}")
    if name != "gelu" and name not in ACTIVATIONS:
        raise ValueError(f"activation {name!r} is not one of {('gelu', *ACTIVATIONS)}")
    return (GELU_FORMS[gelu] if name == "gelu" else ACTIVATIONS[name])()
