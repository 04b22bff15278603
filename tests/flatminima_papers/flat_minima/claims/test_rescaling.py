from tests.flatminima.claims.tables import rescalings, verdicts


def test_the_order_decides():
    table = rescalings()
    assert verdicts("rescaling", table) == {"rescaling_is_unbounded": "holds"}
    linearly = table.assign(sharpness=table["factor"])
    assert verdicts("rescaling", linearly) == {"rescaling_is_unbounded": "fails"}


def test_one_network_leaves_it_undecided():
    one = rescalings().query("depth == 2")
    assert verdicts("rescaling", one) == {"rescaling_is_unbounded": "undecided"}
