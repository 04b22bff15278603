"""What the tests of claims share."""

from flatminima.verdicts import CLAIM_COLUMNS


def verdicts(claims):
    """Return the verdict of each claim of a table by its name."""
    assert list(claims.columns) == list(CLAIM_COLUMNS)
    assert claims["claim"].is_unique
    return dict(zip(claims["claim"], claims["verdict"], strict=True))
