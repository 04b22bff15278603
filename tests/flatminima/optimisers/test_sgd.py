import numpy as np
import pytest

from flatminima.core.kinds import Misfit
from flatminima.networks.linear.network import LinearNetwork
from flatminima.networks.mlp.network import MultilayerPerceptron
from flatminima.optimisers import Draws
from flatminima.optimisers.noisy_gradient_descent import NoisyGradientDescentKind
from flatminima.optimisers.sgd import Sgd
from flatminima.runs.training import train
from tests.flatminima import references
from tests.flatminima.cases import (
    LINEAR,
    assert_close,
    assert_same_bits,
    data,
    named,
    random_parameters,
)

NETWORKS = {
    "relu": MultilayerPerceptron(data(12, 5), 3, (4, 3), activation="relu"),
    "tanh": MultilayerPerceptron(data(12, 5), 3, (4, 3), activation="tanh"),
    "gelu": MultilayerPerceptron(data(13, 5), 2, (3,), "erf"),
    "linear": LINEAR["square"],
    "linear of several widths": LinearNetwork(data(12, 5), 4, (3, 6, 2)),
    "residual": LINEAR["residual"],
    "one layer": LINEAR["one layer"],
}
networks = pytest.mark.parametrize("network", named(NETWORKS))
RATES = np.array([0.01, 0.02, 0.03])


def plain_loop(network, start, kind, rate, generator, steps):
    """Train one run, a batch at a time, by the definition."""
    n, (b,) = network.dataset.samples, kind.batch_size
    draws = Draws(generator, n, b, kind.sampling == "with_replacement", kind.label_noise)
    rows, noise = draws.take(steps)
    W = start.copy()
    for step in range(steps):
        inputs = network.dataset.inputs[rows[step]]
        targets = network.dataset.targets[rows[step]]
        if kind.label_noise is not None:
            targets = targets + noise[step]
        gradient = references.gradient_on(network, W, inputs, targets)
        if kind.clip_norm is not None:
            gradient = gradient / max(1, np.linalg.norm(gradient) / kind.clip_norm)
        W = W - rate * (gradient + (kind.weight_decay or 0) * W)
    return W


def trained(network, kind, runs=(0, 1, 2), steps=70):
    start = random_parameters(network, len(RATES))
    generators = [np.random.default_rng(run) for run in runs]
    optimiser = kind.start(network, RATES[list(runs)], generators)
    return train(network, start[:, list(runs)], optimiser, steps)


@networks
@pytest.mark.parametrize(
    "keys",
    [
        {"batch_size": (1,)},
        {"batch_size": (2,), "sampling": "with_replacement"},
        {"batch_size": (3,), "weight_decay": 0.3},
        {"batch_size": (4,), "clip_norm": 0.2, "weight_decay": 0.1},
        {"batch_size": (12,), "label_noise": 0.5},
        {"batch_size": (5,), "label_noise": 0.5, "clip_norm": 0.3},
    ],
    ids=str,
)
def test_it_takes_the_steps_of_a_plain_loop(network, keys):
    kind = Sgd(**keys)
    result = trained(network, kind)
    start = random_parameters(network, len(RATES))
    for run, rate in enumerate(RATES):
        generator = np.random.default_rng(run)
        expected = plain_loop(network, start[:, run], kind, rate, generator, 70)
        assert_close(result.parameters[:, run], expected, 1e-10)


@networks
def test_noise_is_drawn_anew_for_each_step_of_a_plain_loop(network):
    n, b = network.dataset.samples, 3
    result = trained(network, NoisyGradientDescentKind((b,), "with_replacement"), steps=10)
    start = random_parameters(network, len(RATES))
    for run, rate in enumerate(RATES):
        W = start[:, run].copy()
        for noise in np.random.default_rng(run).standard_normal((10, n)):
            weights = 1 / n + (noise - noise.mean()) / np.sqrt(n * b)
            samples = zip(weights, network.dataset.inputs, network.dataset.targets, strict=True)
            W = W - rate * sum(
                weight * references.gradient_on(network, W, x[None], y[None])
                for weight, x, y in samples
            )
        assert_close(result.parameters[:, run], W, 1e-10)


@networks
def test_full_batches_are_gradient_descent(network):
    from flatminima.optimisers import GradientDescent

    (full,) = Sgd(("full",)).settings(network.dataset.samples)
    start = random_parameters(network, len(RATES))
    expected = train(network, start, GradientDescent(RATES), 70)
    assert_close(trained(network, full).parameters, expected.parameters, 1e-10)


@networks
@pytest.mark.parametrize("kind", [Sgd((3,), label_noise=0.1), NoisyGradientDescentKind((3,))])
def test_a_run_has_the_same_bits_whatever_it_is_trained_with(network, kind):
    together = trained(network, kind).parameters
    for run in range(len(RATES)):
        assert_same_bits(trained(network, kind, [run]).parameters[:, 0], together[:, run])
    swapped = trained(network, kind, [2, 0]).parameters
    assert_same_bits(swapped[:, 0], together[:, 2])


def test_what_is_drawn_does_not_depend_on_how_steps_are_grouped():
    for replaced in (False, True):
        one = Draws(np.random.default_rng(0), 20, 3, replaced, 0.1)
        other = Draws(np.random.default_rng(0), 20, 3, replaced, 0.1)
        rows, noise = one.take(200)
        parts = [other.take(steps) for steps in (1, 64, 5, 130)]
        assert_same_bits(np.concatenate([part for part, _ in parts]), rows)
        assert_same_bits(np.concatenate([part for _, part in parts]), noise)


def test_without_replacement_an_epoch_has_each_sample_at_most_once():
    rows, _ = Draws(np.random.default_rng(0), 20, 3).take(600)
    epochs = rows.reshape(100, 18)
    assert all(len(set(epoch)) == 18 for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) == 100
    counts = np.bincount(rows.ravel(), minlength=20)
    assert abs(counts - 90).max() < 15
    independent, _ = Draws(np.random.default_rng(0), 20, 3, replaced=True).take(600)
    assert any(len(set(epoch)) < 18 for epoch in independent.reshape(100, 18))


def test_with_replacement_every_draw_is_of_any_sample():
    rows, _ = Draws(np.random.default_rng(0), 20, 3, replaced=True).take(6000)
    for place in rows.T:
        counts = np.bincount(place, minlength=20)
        assert len(counts) == 20
        assert (np.abs(counts - 300) < 5 * np.sqrt(300)).all()
    pairs = np.bincount(20 * rows[:, 0] + rows[:, 1], minlength=400)
    assert (np.abs(pairs - 15) < 6 * np.sqrt(15)).all()


def test_what_changes_a_run_changes_its_identity():
    keys = {
        "batch_size": (3,), "sampling": "with_replacement", "weight_decay": 0.1, "clip_norm": 0.1,
        "label_noise": 0.1,
    }  # fmt: skip
    identities = {Sgd((2,)).replaced(**{key: value}).identity() for key, value in keys.items()}
    assert len(identities | {Sgd((2,)).identity()}) == 6


@pytest.mark.parametrize("sampling", ["with_replacement", "without_replacement"])
def test_noise_has_the_covariance_of_a_batch(sampling):
    """The first step of many runs, less that of gradient descent, over the rate."""
    network, runs, b = NETWORKS["tanh"], 20_000, 3
    start = np.repeat(random_parameters(network, 1), runs, axis=1)
    kind = NoisyGradientDescentKind((b,), sampling)
    optimiser = kind.start(network, np.full(runs, 0.1), np.random.default_rng(0).spawn(runs))
    kernel = network.kernel(start)
    optimiser.advance(kernel, 1)
    noise = (start - kernel.parameters) / 0.1
    dataset = network.dataset
    gradients = np.array(
        [
            references.gradient_on(network, start[:, 0], x[None], y[None])
            for x, y in zip(dataset.inputs, dataset.targets, strict=True)
        ]
    )
    n = dataset.samples
    share = 1.0 if sampling == "with_replacement" else (n - b) / (n - 1)
    expected = np.cov(gradients.T, bias=True) * share / b
    assert_close(noise.mean(axis=1), gradients.mean(axis=0), 0.05)
    assert_close(np.cov(noise), expected, 0.05)


def test_sizes_of_batches_are_settled_by_the_data():
    assert [kind.batch_size for kind in Sgd((2, "full", 50)).settings(50)] == [(2,), (50,)]
    with pytest.raises(Misfit, match="batch_size is 51, more than the 50 samples of the data"):
        list(Sgd((51,)).settings(50))
    with pytest.raises(Misfit, match="batch_size is full, but sampling is with_replacement"):
        list(Sgd(("full",), "with_replacement").settings(50))


def test_a_run_that_diverges_leaves_and_the_others_go_on():
    network = NETWORKS["linear of several widths"]
    start = random_parameters(network, 3)
    rates = np.array([0.01, 1e6, 0.03])
    generators = [np.random.default_rng(run) for run in range(3)]
    result = train(network, start, Sgd((3,)).start(network, rates, generators), 200)
    assert (result.diverged_at >= 0).tolist() == [False, True, False]
    alone = train(
        network, start[:, [2]], Sgd((3,)).start(network, rates[2:], [np.random.default_rng(2)]), 200
    )
    assert_same_bits(result.parameters[:, 2], alone.parameters[:, 0])
