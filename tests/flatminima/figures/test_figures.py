import pytest

from flatminima.core.columns import Column
from flatminima.core.kinds import Misfit
from flatminima.figures import check_column, listed, selected
from flatminima.plotting.labels import texts
from tests.flatminima.figures.tables import SWEEP, WORDS, sweep_tables


def test_values_are_listed_as_a_person_writes_them():
    assert listed(["a", 1, 0.1, 1e-5, 2.0]) == "a, 1, 0.1, 1e-05, 2"


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        ([3, 1], [1, 3]),
        ([4], []),
        ({"at_least": 2}, [2, 3]),
        ({"at_most": 2}, [1, 2]),
        ({"at_least": 2, "at_most": 2}, [2]),
        ({"at_least": 4}, []),
    ],
)
def test_a_selection_leaves_values_in_their_order(wanted, left):
    assert selected(wanted, (1, 2, 3)) == left


def test_bounds_leave_no_names():
    assert selected({"at_least": 0}, ("a", "b")) == []


def test_a_column_that_is_not_there_is_answered_with_those_there_are():
    columns = [Column("depth"), Column("width"), Column("depth")]
    check_column("x", "width", columns)
    with pytest.raises(Misfit) as caught:
        check_column("x", "colour", columns)
    assert str(caught.value) == "x is 'colour'; allowed: depth, width"


@pytest.mark.parametrize(("title", "written"), [("Flat minima", ["Flat minima"]), (None, [])])
def test_a_title_stands_above_the_figure(title, written):
    figure = SWEEP.replaced(title=title).draw(sweep_tables(), WORDS)
    bold = [text.get_text() for text in texts(figure) if text.get_fontweight() == "bold"]
    assert bold == written
