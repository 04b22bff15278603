from shutil import which

import numpy as np
import pytest

from flatminima.benchmark import limits
from flatminima.benchmark.limits import limit_microseconds


@pytest.mark.skipif(which("cc") is None, reason="there is no C compiler")
@pytest.mark.parametrize("network", ["linear", "mlp"])
def test_c_is_compiled_for_a_size_and_timed(monkeypatch, network):
    monkeypatch.setattr(limits, "SECONDS", 0.001)
    assert limit_microseconds(network, 3, 4, 6, 16) > 0


def test_without_a_compiler_there_is_no_limit(monkeypatch):
    monkeypatch.setattr(limits, "which", lambda name: None)
    assert np.isnan(limit_microseconds("linear", 3, 4, 6, 16))


def test_a_network_that_is_not_written_in_c_has_no_limit():
    assert np.isnan(limit_microseconds("toy", 3, 4, 6, 16))
