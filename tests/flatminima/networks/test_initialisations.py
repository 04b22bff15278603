import numpy as np
import pytest

from flatminima.networks import INITIALISATIONS, initialise, random_projection

SQUARE = ((4, 4),) * 3
FULLY_CONNECTED = ((4, 5), (4, 4), (1, 4))


def generator():
    return np.random.default_rng(0)


def draws(shapes):
    """Return the standard Gaussian matrices that the generator yields, layer by layer."""
    source = generator()
    return [source.standard_normal(shape) for shape in shapes]


def joined(layers):
    return np.concatenate([layer.ravel() for layer in layers])


@pytest.mark.parametrize("shapes", [SQUARE, FULLY_CONNECTED])
@pytest.mark.parametrize("scale", [0.0, 0.3])
def test_gaussian_entries_have_the_scale(shapes, scale):
    expected = joined([scale * noise for noise in draws(shapes)])
    assert np.array_equal(initialise("gaussian", shapes, scale, generator()), expected)


@pytest.mark.parametrize("shapes", [SQUARE, FULLY_CONNECTED])
def test_one_layer_may_be_zero_beside_the_others(shapes):
    *others, last = draws(shapes)
    expected = joined([*(0.3 * noise for noise in others), np.zeros_like(last)])
    assert np.array_equal(initialise("one_layer_zero", shapes, 0.3, generator()), expected)


def test_he_keeps_the_size_of_what_passes_a_layer_with_relu():
    source, shape = generator(), (4000, 300)
    passing = source.standard_normal(300)
    layer = initialise("he", (shape,), 1.0, source).reshape(shape)
    size = np.mean(np.maximum(layer @ passing, 0) ** 2) / np.mean(passing**2)
    # Five standard deviations of a mean of 4000 squares, each of the variance 5.
    assert abs(size - 1) < 5 * np.sqrt(5 / 4000)


@pytest.mark.parametrize("scale", [0.0, 0.3])
def test_he_entries_have_the_scale_of_their_layer(scale):
    expected = [scale * np.sqrt(2 / noise.shape[1]) * noise for noise in draws(FULLY_CONNECTED)]
    assert np.array_equal(initialise("he", FULLY_CONNECTED, scale, generator()), joined(expected))


@pytest.mark.parametrize("scale", [0.0, 0.3])
def test_residual_layers_are_near_the_identity(scale):
    expected = joined([np.eye(4) + scale / np.sqrt(3 * 4) * noise for noise in draws(SQUARE)])
    np.testing.assert_allclose(
        initialise("residual", SQUARE, scale, generator()), expected, rtol=1e-15, atol=1e-16
    )


def test_the_scale_multiplies_the_same_noise():
    # So that points of a sweep over the scale differ in nothing else, given one generator.
    once, twice = (initialise("gaussian", SQUARE, scale, generator()) for scale in (0.25, 0.5))
    assert np.array_equal(2 * once, twice)


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="'uniform' is not one of"):
        initialise("uniform", SQUARE, 1.0, generator())
    assert INITIALISATIONS == ("gaussian", "he", "one_layer_zero", "residual")


@pytest.mark.parametrize("shapes", [FULLY_CONNECTED, ((3, 4), (4, 3)), ((2, 2), (3, 3))])
def test_the_residual_initialisation_needs_square_layers_of_one_width(shapes):
    with pytest.raises(ValueError, match="square layers of one width"):
        initialise("residual", shapes, 1.0, generator())


@pytest.mark.parametrize("features", [1, 2, 20])
def test_a_projection_has_unit_norm(features):
    assert np.linalg.norm(random_projection(features, generator())) == pytest.approx(1, rel=1e-15)


def test_projections_are_isotropic():
    source = generator()
    sample = np.array([random_projection(3, source) for _ in range(5000)])
    # Five standard deviations of a mean of 5000 entries, whose variance is 1/3.
    assert np.abs(sample.mean(axis=0)).max() < 5 * np.sqrt(1 / 3 / 5000)
    assert np.abs(sample.T @ sample / 5000 - np.eye(3) / 3).max() < 5 * np.sqrt(1 / 3 / 5000)
