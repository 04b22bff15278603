"""Every build gives the same bytes, wherever, whenever and however it runs.

Another build of some of the preset runs through Slurm, see tests/slurm.
"""


def test_another_folder_time_and_number_of_cores_give_the_same_bytes(built_elsewhere, built_once):
    """And another time zone, language and order of Python's sets."""
    results = built_elsewhere.results()
    assert len(results) > 40
    assert results.items() <= built_once.results().items()
    kinds = {path.rpartition(".")[2] for path in results}
    assert kinds == {"npz", "parquet", "csv", "pdf", "png", "svg"}
