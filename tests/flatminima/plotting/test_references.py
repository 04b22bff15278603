import pytest

from flatminima.plotting.references import THEORY_LINES
from flatminima.theory.closed_forms import THEORY_QUANTITIES


def test_every_line_is_computed_under_its_name():
    assert set(THEORY_LINES) == {"two_over_learning_rate", *THEORY_QUANTITIES}
    for name, line in THEORY_LINES.items():
        assert line.name == name
        assert line.label


@pytest.mark.parametrize("name", THEORY_LINES)
def test_a_line_bounds_what_it_is_a_value_of(name):
    of_rates = name.endswith("critical_learning_rate")
    assert THEORY_LINES[name].bounds == ("learning_rate" if of_rates else "sharpness")


def test_only_the_edge_of_stability_is_of_all_networks():
    everywhere = [name for name, line in THEORY_LINES.items() if not line.needs]
    assert everywhere == ["two_over_learning_rate"]
    others = {line.needs for name, line in THEORY_LINES.items() if name not in everywhere}
    assert others == {frozenset({"linear_theory"})}


def test_bounds_of_the_paper_are_shown_when_someone_asks():
    first = [name for name, line in THEORY_LINES.items() if line.shown_first]
    assert first == ["two_over_learning_rate", "minimal_sharpness", "critical_learning_rate"]
