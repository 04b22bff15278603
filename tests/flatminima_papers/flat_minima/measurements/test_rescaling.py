import numpy as np

from flatminima_papers.flat_minima.measurements.rescaling import Rescaling
from tests.flatminima.cases import measured


def test_one_dimension(scalar):
    """At L = 2 with layers C and 1/C the sharpness is 2 (C^2 + C^-2)."""
    table = measured(Rescaling(("scalar",), (2,), (1.0, 10.0, 1000.0)), {"scalar": scalar})
    factor = table["factor"]
    np.testing.assert_allclose(table["sharpness"], 2 * (factor**2 + factor**-2), rtol=1e-9)
    np.testing.assert_allclose(table["layer_norm_bound"], table["sharpness"], rtol=1e-9)
