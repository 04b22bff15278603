"""What the terminal shows of the claims."""

from flatminima_study.ending import describe_claims

TABLE = """claim,source,statement,measured,regime,cases,worst_margin,tolerance,holds
fails_here,ours,s,m,small scales,3,-0.5,0.02,False
holds_here,ours,s,m,"all, really",12,1e-3,0.0,True
"""


def test_each_claim_has_a_line_and_failures_come_last():
    first, *lines = describe_claims(TABLE).splitlines()
    assert first.startswith("1 of 2 claims hold")
    assert [line.split()[:2] for line in lines] == [
        ["holds", "holds_here"],
        ["FAILS", "fails_here"],
    ]
    assert "-5.0e-01 in 3 cases" in lines[1]
