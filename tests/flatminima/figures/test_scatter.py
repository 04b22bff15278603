import numpy as np
import pandas as pd

from flatminima.figures.scatter import Scatter
from flatminima.quantities import default_quantities
from flatminima.summaries.cells import derived

from .tables import WORDS, legend_of

SCATTER = Scatter("e", "final_sharpness", "generalisation_gap")


def scatter_tables() -> dict[str, pd.DataFrame]:
    x = np.geomspace(1, 100, 8)
    noise = np.exp(0.1 * np.sin(np.arange(8)))
    runs = pd.DataFrame(
        {"learning_rate": 0.1, "final_sharpness": x, "train_risk": 0.0, "test_risk": x**2 * noise}
    )
    tables = {"runs": derived(runs, default_quantities())}
    return tables | {"numbers": SCATTER.numbers(tables)}


def test_a_scatter_states_its_regression():
    tables = scatter_tables()
    figure = SCATTER.draw(tables, WORDS)
    slope = tables["numbers"]["slope"].item()
    assert len(figure.axes[0].collections[0].get_offsets()) == 8
    assert any(f"slope {slope:.2f}" in text for text in legend_of(figure))
