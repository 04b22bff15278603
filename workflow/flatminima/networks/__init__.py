"""Networks: parameters of many runs as arrays, risk, gradient and Hessian in closed form.

The batch of runs is always the last axis of a parameter array, of shape (size, runs).
"""

from flatminima.networks.initialisation import initialise, random_projection
from flatminima.networks.linear import LinearNetwork
from flatminima.networks.multilayer_perceptron import MultilayerPerceptron
from flatminima.networks.protocol import HessianSubspace, Kernel, Network

__all__ = [
    "HessianSubspace",
    "Kernel",
    "LinearNetwork",
    "MultilayerPerceptron",
    "Network",
    "initialise",
    "random_projection",
]
