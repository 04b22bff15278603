"""Whether the files in results/ are what the study makes, whole and of one piece."""

import csv
import io
import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from flatminima_study.plan import Study
from flatminima_study.products import Product, list_products
from flatminima_study.seals import DamagedFileError, check_seal
from flatminima_study.tables import (
    WrongParametersError,
    check_parameters,
    read_record,
    read_table,
    summary_as_text,
)

__all__ = ["VerificationError", "check_results", "describe_manifest"]


class VerificationError(ValueError):
    """Results that are not what they should be; the message names each file."""


def check_results(study: Study, folder: Path) -> list[Product]:
    """Check every file of a study that is there.

    A dataset, run table, summary or figure must have the bytes that were written, and all
    but a figure the parameters that the study asks for now; the files it was made from must
    be those that are there now.  A CSV must hold what the Parquet file beside it holds.

    Returns:
        The files that are there.

    Raises:
        VerificationError: With a line for each file that fails.
    """
    present = [product for product in list_products(study) if (folder / product.path).exists()]
    problems = []
    for product in present:
        try:
            _check(product, folder)
        except (DamagedFileError, WrongParametersError) as error:
            problems.append(str(error))
    if problems:
        lines = "\n  ".join(problems)
        raise VerificationError(
            f"{len(problems)} of {len(present)} files are not what they should be:\n  {lines}"
        )
    return present


def describe_manifest(products: list[Product], folder: Path) -> str:
    """Return the text of a manifest: file, sha256, rule and own parameters of each product."""
    text = io.StringIO()
    rows = csv.writer(
        text, "excel-tab", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None
    )
    rows.writerow(["file", "sha256", "rule", "parameters"])
    for product in products:
        digest = sha256((folder / product.path).read_bytes()).hexdigest()
        parameters = json.dumps(product.own_parameters, sort_keys=True)
        rows.writerow([product.path, digest, product.rule, parameters])
    return text.getvalue()


def _check(product: Product, folder: Path) -> None:
    path = folder / product.path
    if path.suffix == ".csv":
        _check_text(product.path, path)
        return
    record = read_record(path, product.path)
    if record.parameters:
        check_parameters(product.path, record.parameters, product.parameters)
    _check_origin(product.path, record.made_from, folder)


def _check_text(name: str, path: Path) -> None:
    """Refuse a CSV that does not hold what the Parquet file beside it holds."""
    try:
        table, _ = read_table(path.with_suffix(".parquet"))
    except (FileNotFoundError, DamagedFileError):
        return  # which is named by itself
    if path.read_text() != summary_as_text(table):
        raise DamagedFileError(
            f"{name} does not hold what the .parquet file beside it holds; "
            "delete it, and it is made again"
        )


def _check_origin(path: str, made_from: Mapping[str, Any], folder: Path) -> None:
    """Refuse a file made from another version of a file than the one that is there."""
    for source, digest in made_from.items():
        if not (folder / source).exists():
            continue
        content = (folder / source).read_bytes()
        ours = source.startswith("results/")
        found = check_seal(source, content) if ours else sha256(content).hexdigest()
        if found != digest:
            raise WrongParametersError(
                f"{path} was made from another {source} than the one that is there; "
                "delete it, and it is made again"
            )
