from .tables import flows, judged


def test_what_is_proved_holds():
    claims = judged("flow", flows())
    proved = claims.drop(["corollary_2_any_scale", "corollary_3_any_scale"])
    growth = proved.index.str.endswith(("_depth", "_width"))
    assert proved[~growth]["holds"].all(), proved[~proved["holds"]]
    assert set(proved.index[growth]) == {
        "corollary_2_depth", "corollary_3_depth", "corollary_3_over_minimal_depth",
        "theorem_4_deviation_depth",
    }  # fmt: skip
    assert proved.loc["corollary_2_depth", "holds"]
    assert claims.loc["theorem_4_convergence", "cases"] == 8
    assert claims.loc["balanced_limit", "cases"] == 8
    assert "0.001" in claims.loc["balanced_limit", "regime"]


def test_up_to_which_scale_a_bound_holds_is_told():
    table = flows()
    sharper = table["final_sharpness"].where(table["init_scale"] < 0.3, 1e6)
    claims = judged("flow", table.assign(final_sharpness=sharper))
    assert claims.loc["corollary_2", "holds"]
    assert not claims.loc["corollary_2_any_scale", "holds"]
    assert claims.loc["corollary_2_any_scale", "regime"].endswith("at all up to 0.001")


def test_a_flow_that_does_not_converge_is_told():
    table = flows()
    failed = table.assign(outcome=table["outcome"].where(table.index != 0, "not_converged"))
    assert not judged("flow", failed).loc["theorem_3_convergence", "holds"]


def test_a_sharpness_that_grows_with_the_depth_is_told():
    table = flows()
    growing = table.assign(final_sharpness=table["final_sharpness"] * table["depth"])
    assert not judged("flow", growing).loc["corollary_2_depth", "holds"]
