import numpy as np
import pytest

from flatminima.quantities.gradient_noise_trace import GradientNoiseTrace
from tests.flatminima import references
from tests.flatminima.quantities.states import NETWORKS, state_of


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS.keys())
def test_it_is_the_mean_squared_distance_of_the_gradients_of_samples(network):
    start, end = state_of(network, 0), state_of(network, 1)
    whole = references.gradient(network, end.weights[:, 0])
    distances = [
        np.sum((references.gradient_on(network, end.weights[:, 0], x[None], [y]) - whole) ** 2)
        for x, y in zip(network.dataset.inputs, network.dataset.targets, strict=True)
    ]
    expected = pytest.approx(np.mean(distances))
    assert GradientNoiseTrace().at_ends(start, end) == {"final_gradient_noise_trace": expected}
    assert GradientNoiseTrace().along(end) == {"gradient_noise_trace": expected}
