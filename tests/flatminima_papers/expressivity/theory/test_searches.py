import numpy as np
import pytest

from flatminima_papers.expressivity.theory.searches import (
    ascend,
    corners,
    find_errors,
    near_corners,
    uniform_points,
)


def peak(points):
    """Largest, 1, at the point (0.3, 0.3, ...), and steep."""
    return 1 - np.abs(points - 0.3).sum(1)


@pytest.mark.parametrize("draw", [uniform_points, corners, near_corners])
def test_points_lie_in_the_box(draw):
    points = draw(np.random.default_rng(0), 500, 4, 2.0)
    assert points.shape == (500, 4)
    assert np.abs(points).max() <= 2
    assert np.abs(points).max() > 1.9
    assert len(np.unique(points[:, 0])) > 1


def test_ascent_finds_a_peak_that_points_miss():
    generator = np.random.default_rng(0)
    starts = uniform_points(generator, 5, 6)
    found = ascend(peak, starts, generator, evaluations=20_000)
    assert found.error > 0.99
    assert peak(found.point[None])[0] == found.error
    assert peak(uniform_points(generator, 20_000, 6)).max() < 0.9


def test_ascent_never_goes_down_and_stays_in_the_box():
    generator = np.random.default_rng(1)
    starts = uniform_points(generator, 3, 2)
    found = ascend(lambda x: x.sum(1), starts, generator, evaluations=3000)
    assert starts.sum(1).max() <= found.error <= 2
    np.testing.assert_allclose(found.point, 1, atol=1e-3)


def test_no_search_beats_ascent():
    found = find_errors(peak, 3, np.random.default_rng(2), points=100, evaluations=4000)
    assert max(found[:3]) <= found.ascent_error <= 1
    assert found.diagonal_error > found.uniform_error
    assert found.corner_error == pytest.approx(1 - 3 * 0.7)
