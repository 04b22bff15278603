import numpy as np
import pytest
from scipy.integrate import solve_ivp

from flatminima.theory.gradient_flow import FlowError, end_of_flow
from flatminima_papers.flat_minima.theory import modified_flow
from flatminima_papers.flat_minima.theory.modified_flow import (
    end_of_modified_flow,
    modified_gradient,
)
from tests.flatminima import references
from tests.flatminima.cases import LINEAR, assert_close, random_parameters

NAMES = ["square", "narrow", "wide", "residual", "one layer", "one feature", "two layers"]


def modified_risk(network, point, learning_rate):
    gradient = references.gradient(network, point)
    return references.risk(network, point) + learning_rate / 4 * gradient @ gradient


@pytest.mark.parametrize("name", [*NAMES, "fewer samples than features"])
@pytest.mark.parametrize("learning_rate", [0.0, 0.3, -0.3])
def test_the_gradient_is_that_of_the_modified_risk(name, learning_rate):
    network = LINEAR[name]
    point = random_parameters(network, 1)[:, 0]
    gradient, slope = modified_gradient(network, point, learning_rate)
    expected = references.central_difference(
        lambda x: modified_risk(network, x, learning_rate), point
    )
    assert_close(gradient, expected, 1e-6)
    w = network.product(point[:, None])[:, 0]
    error = w - network.dataset.minimum_norm_solution
    assert slope == pytest.approx(2 * np.linalg.norm(network.dataset.covariance @ error), rel=1e-9)


def test_the_end_is_that_of_a_plain_solver():
    network = LINEAR["narrow"]
    initial = random_parameters(network, 1, seed=1, scale=0.7)[:, 0]
    end = end_of_modified_flow(network, initial, 0.05)
    plain = solve_ivp(
        lambda _, x: -modified_gradient(network, x, 0.05)[0],
        (0, 20), initial, rtol=1e-7, atol=1e-9,
    ).y[:, -1]  # fmt: skip
    np.testing.assert_allclose(end, plain, atol=1e-5)


def test_without_a_rate_it_is_gradient_flow():
    network = LINEAR["square"]
    initial = random_parameters(network, 1, seed=2)[:, 0]
    np.testing.assert_allclose(
        end_of_modified_flow(network, initial, 0.0),
        end_of_flow(network, initial).parameters,
        atol=1e-8,
    )


def test_one_step_of_descent_is_nearer_to_the_modified_flow_by_an_order():
    network = LINEAR["square"]
    initial = random_parameters(network, 1, seed=3)[:, 0]
    errors = []
    for rate in (0.02, 0.01):
        step = initial - rate * references.gradient(network, initial)
        flows = [
            solve_ivp(
                lambda _, x, r=r: -modified_gradient(network, x, r)[0],
                (0, rate), initial, rtol=1e-12, atol=1e-14,
            ).y[:, -1]
            for r in (0.0, rate)
        ]  # fmt: skip
        errors.append([np.linalg.norm(step - flow) for flow in flows])
    plain, modified = np.log2(np.array(errors[0]) / np.array(errors[1]))
    assert plain == pytest.approx(2, abs=0.2)
    assert modified == pytest.approx(3, abs=0.2)


def test_steps_that_do_not_suffice_are_an_error(monkeypatch):
    monkeypatch.setattr(modified_flow, "LARGEST_NUMBER_OF_STEPS", 2)
    network = LINEAR["square"]
    with pytest.raises(FlowError, match="after 2 steps"):
        end_of_modified_flow(network, random_parameters(network, 1)[:, 0], 0.1)
