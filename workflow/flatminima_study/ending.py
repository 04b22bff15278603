"""What is said on the terminal when a build has ended well."""

import csv
import io

__all__ = ["describe_claims"]


def describe_claims(text: str) -> str:
    """Return the claims table in lines for a terminal, those that fail last.

    Args:
        text: The content of claims.csv.
    """
    claims = list(csv.DictReader(io.StringIO(text)))
    claims.sort(key=lambda claim: claim["holds"] != "True")
    width = max((len(claim["claim"]) for claim in claims), default=0)
    holding = sum(claim["holds"] == "True" for claim in claims)
    lines = [f"{holding} of {len(claims)} claims hold (results/summaries/claims.csv):"]
    for claim in claims:
        verdict = "holds" if claim["holds"] == "True" else "FAILS"
        margin, cases = float(claim["worst_margin"]), int(claim["cases"])
        lines.append(
            f"  {verdict}  {claim['claim']:{width}}  margin {margin:+.1e} in {cases} cases"
            f"  ({claim['regime']})"
        )
    return "\n".join(lines)
