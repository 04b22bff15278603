import numpy as np

from flatminima.networks.protocol import split_layers

SHAPES = ((2, 3), (1, 2))


def test_layers_are_views_in_row_major_order():
    parameters = np.arange(16.0).reshape(8, 2)
    first, second = split_layers(parameters, SHAPES)
    assert first[:, :, 0].tolist() == [[0, 2, 4], [6, 8, 10]]
    assert second[:, :, 1].tolist() == [[13, 15]]
    second[0, 0, 0] = -1
    assert parameters[6, 0] == -1


def test_there_may_be_no_run():
    assert [W.shape for W in split_layers(np.empty((8, 0)), SHAPES)] == [(2, 3, 0), (1, 2, 0)]
