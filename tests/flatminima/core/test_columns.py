import pytest

from flatminima.core import columns
from flatminima.core.columns import Column, Words, definition, described, typed
from flatminima.core.kinds import load, names
from flatminima.optimisers.gradient_descent import GradientDescentKind
from flatminima.quantities import quantity_columns
from flatminima.runs.tables import path_columns, run_columns

ALL_QUANTITIES = names("quantities")


def test_a_column_is_called_by_its_name_if_by_nothing_else():
    called = described(
        [
            Column("learning_rate"),
            Column("x", words=Words("the words")),
            Column("y", words=Words(label="$y$")),
        ]
    )
    assert [(one["words"], one["label"]) for one in called.values()] == [
        ("learning rate", "learning rate"),
        ("the words", "the words"),
        ("y", "$y$"),
    ]
    assert called["x"]["symbol"] == called["x"]["moment"] == ""
    assert Column("x").type == "float64"


def test_what_is_said_of_another_column_holds_where_nothing_else_is_said():
    shared = Words("the other", symbol="$o$", definition="What both are.", floor=1e-9)
    column = Column("x", words=Words("this one", like=shared))
    told = described([column])["x"]
    assert (told["words"], told["symbol"], told["floor"]) == ("this one", "$o$", 1e-9)
    assert definition(column) == "What both are."


def test_types_and_words_are_by_name_in_order():
    pair = (
        Column("b", "int64", words=Words(symbol="$b$", values={"one": "the first"})),
        Column("a", words=Words("an a", floor=1e-9), moment="end"),
    )
    assert list(typed(pair).items()) == [("b", "int64"), ("a", "float64")]
    assert list(described(pair).items()) == [
        (
            "b",
            {
                "words": "b",
                "label": "b",
                "symbol": "$b$",
                "moment": "",
                "floor": 0.0,
                "values": {"one": "the first"},
            },
        ),
        (
            "a",
            {
                "words": "an a",
                "label": "an a",
                "symbol": "",
                "moment": "end",
                "floor": 1e-9,
                "values": {},
            },
        ),
    ]


def tables():
    """Return the columns of every table that a kind declares."""
    found = {
        f"{name}.{part}": getattr(load("measurements", name), part)
        for name in names("measurements")
        for part in ("columns", "reduced_columns")
    }
    for of in (run_columns, path_columns):
        found[of.__name__] = of(GradientDescentKind(), ALL_QUANTITIES)
    return found


@pytest.mark.parametrize("table", tables())
def test_a_table_has_no_two_columns_of_one_name(table):
    declared = [column.name for column in tables()[table]]
    assert len(declared) == len(set(declared))


def test_a_moment_is_one_that_summaries_know():
    moments = {column.moment for table in tables().values() for column in table}
    derived = {column.moment for column in quantity_columns(ALL_QUANTITIES, "derived")}
    assert moments | derived == {"", "start", "end", "path"}
    assert {column.moment for column in columns.PROBABILITIES} == {"probability"}


def test_what_names_a_run_has_one_type_in_all_tables():
    shared = {column.name: column.type for column in (*columns.NETWORK, *columns.AXES)}
    for table in tables().values():
        for name, type_ in typed(table).items():
            assert shared.get(name, type_) == type_
