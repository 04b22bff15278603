"""Every build gives the same bytes, wherever, whenever and however it runs.

Another build of the preset runs through Slurm, see tests/slurm.
"""


def test_another_folder_time_and_number_of_cores_give_the_same_bytes(fresh, built_once):
    """And another time zone, language and order of Python's sets."""
    elsewhere = {"TZ": "Pacific/Apia", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}
    fresh.snakemake("--cores", "1", **elsewhere)
    assert fresh.results() == built_once.results()
    kinds = {path.rpartition(".")[2] for path in fresh.results()}
    assert kinds == {"npz", "parquet", "csv", "pdf", "png", "html"}
