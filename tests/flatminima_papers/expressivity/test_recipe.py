"""The page's recipe for a function of one's own, run as it stands there."""

import re
from pathlib import Path

import numpy as np

import flatminima_papers.expressivity as room


def test_the_recipe_builds_a_network_within_its_certificate():
    page = (Path(room.__file__).parent / "README.md").read_text(encoding="utf-8")
    (recipe,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict = {}
    exec(recipe, names)
    points = np.random.default_rng(0).uniform(size=(5000, 3))
    corners = np.stack(np.meshgrid(*[[0.0, 1.0]] * 3), axis=-1).reshape(-1, 3)
    points = np.concatenate([points, corners])
    expected = np.sin(3 * np.cos(2 * points).max(axis=1))
    found = np.abs(names["own"].network(points).ravel() - expected).max()
    assert 0 < found <= names["own"].error < 0.06
