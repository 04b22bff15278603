import numpy as np

from flatminima.optimisers import GradientDescent
from flatminima.optimisers.gradient_descent import GradientDescentKind
from tests.flatminima.cases import LINEAR


def test_nothing_tells_its_runs_apart():
    # What is added to identities would change the random numbers of all runs there are.
    kind = GradientDescentKind()
    assert kind.identity() == ()
    assert kind.row() == {}
    assert kind.columns == ()
    assert list(kind.settings(50)) == [kind]
    assert kind.samples_of_a_step(50) == 50
    assert kind.describe() == "gradient descent"


def test_it_starts_descent_at_the_rates_of_its_runs_and_draws_nothing():
    rates = np.array([0.1, 0.2])
    generators = [np.random.default_rng(run) for run in range(2)]
    optimiser = GradientDescentKind().start(LINEAR["square"], rates, generators)
    assert isinstance(optimiser, GradientDescent)
    assert optimiser.learning_rates.tolist() == [0.1, 0.2]
    assert optimiser.deterministic
    for run, generator in enumerate(generators):
        assert generator.random() == np.random.default_rng(run).random()
