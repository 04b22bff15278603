from .tables import judged, rescalings


def test_all_claims_hold():
    assert judged("rescaling", rescalings())["holds"].all()


def test_a_sharpness_that_grows_linearly_is_told():
    table = rescalings()
    linearly = table.assign(sharpness=table["factor"])
    assert not judged("rescaling", linearly)["holds"].any()
