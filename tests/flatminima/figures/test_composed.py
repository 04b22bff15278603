"""A composed figure has the panels of its pieces, and says what it may not hold."""

import numpy as np
import pandas as pd
import pytest

from flatminima.core.kinds import Misfit, restore
from flatminima.figures.composed import ComposedFigure
from flatminima.figures.measurement import MeasurementFigure, Part
from flatminima.figures.scatter import Scatter
from tests.flatminima.figures.tables import SWEEP, WORDS, lines_of, sweep_tables

OTHER = MeasurementFigure("m", "depth", ("train_risk",), beside=(Part(x="width"),))
FIGURES = {
    "1": SWEEP,
    "2": OTHER.replaced(supplement=True),
    "3": Scatter("e", "x", "y"),
    "4": ComposedFigure((SWEEP, OTHER)),
}
COMPOSED = ComposedFigure(("1", "2", "1"), title="Two in one").resolved(FIGURES)


def tables() -> dict[str, pd.DataFrame]:
    measured = pd.DataFrame({"depth": [2, 3], "width": [4, 5], "train_risk": [0.5, 0.6]})
    found = {"piece_1_table": measured}
    for piece in (0, 2):
        found |= {f"piece_{piece}_{role}": table for role, table in sweep_tables().items()}
    return found


def words() -> dict:
    risk = WORDS["final_sharpness"] | {"label": "training risk", "words": "training risk"}
    return {str(piece): WORDS | {"train_risk": risk} for piece in range(3)}


def test_the_panels_of_its_pieces_have_letters_one_after_the_other():
    figure = COMPOSED.draw(tables(), words())
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["a", "b", "c", "d"]
    labels = sorted(axes.get_ylabel().replace("\n", " ") for axes in figure.axes)
    assert labels == sorted(["training risk"] * 2 + [WORDS["final_sharpness"]["label"]] * 2)
    (alone,) = SWEEP.draw(sweep_tables(), WORDS).axes
    for axes in figure.axes:
        if axes.get_yscale() == "log":
            line, same = (lines_of(one)[r"$\eta$ = 0.1"] for one in (axes, alone))
            np.testing.assert_array_equal(line.get_ydata(), same.get_ydata())


def test_labels_stand_above_its_pieces():
    labelled = COMPOSED.replaced(labels=("one", "two", "three"))
    titles = [axes.get_title() for axes in labelled.draw(tables(), words()).axes]
    assert sorted(titles) == ["", "one", "three", "two"]


def test_it_comes_back_from_plain_values_without_what_the_drawing_does_not_use():
    block = COMPOSED.drawn()
    assert "supplement" not in block["figures"][1]
    assert restore("figures", block) == COMPOSED.replaced(figures=(SWEEP, OTHER, SWEEP))


def test_it_names_the_tables_and_parts_of_its_pieces():
    assert COMPOSED.tables()["piece_1_table"] == ("measurement", "m")
    assert COMPOSED.tables()["piece_2_summary"] == ("summary", "e")
    assert COMPOSED.parts() == [SWEEP, *FIGURES["2"].parts(), SWEEP]
    assert COMPOSED.headline(words()).count("sharpness after training") == 1
    assert "; then (a) training risk against depth" in COMPOSED.describe(words())


@pytest.mark.parametrize(
    ("change", "key", "problem"),
    [
        ({"figures": ("1", "3")}, "figures[1]", "is '3', which is composed or a scatter plot"),
        ({"figures": ("4", "1")}, "figures[0]", "is '4'"),
        ({"labels": ("one",)}, "labels", "holds 1 texts; allowed: 2, or none"),
    ],
)
def test_what_cannot_be_composed_is_refused(change, key, problem):
    asked = ComposedFigure(("1", "2")).replaced(**change)
    with pytest.raises(Misfit) as caught:
        asked.resolved(FIGURES)
    assert caught.value.key == key
    assert problem in caught.value.problem
