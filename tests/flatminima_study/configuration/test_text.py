"""The text of a configuration is read as Snakemake reads it, or refused with file and line."""

import math
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from snakemake.common.configfile import load_configfile

from flatminima_study.configuration import ConfigurationError, check_overlays, read_text

TEXT = """\
seed: 7
training: &defaults
  gradient_tolerance: 1.0e-4
  runs_per_job: 8
datasets:
  small: {kind: gaussian, samples: 12, features: 3, noise: 1}
figures:
  2: &sharpness
    kind: sweep
    select: {learning_rate: [0.02, 0.1]}
  gap:
    <<: *sharpness
    kind: scatter
"""

ODDITIES = [
    *("no", "on:", "2024-01-01", "2024-13-01", "12:30:45", "0x1F", "010", "1_000", ".inf", "~"),
    *("&a", "*a", "*sharpness", "&a [*a]", "<<: *defaults", "<<: 3", "<<: [*defaults, *sharpness]"),
    *("!!python/object/apply:os.system ['true']", "!!str 7", "!x", "! y", "!!set {a, b}", "=", "?"),
    *("---", "...", "--- 3", "%YAML 1.1", "\t", "\ttraining:", "#", ": ", "- ", "[", "]", "{", "}"),
    *("'", '"', '"\\ud800"', '"\\0"', "|", ">", "@", "`", "\0", "\x07", "\ufeff", "\x85", "\u2028"),
    *("seed: 8", "  small: 3", "__use_yte__: true", "seed: ?1+1", "? [a]\n: 3", "? 3", "é: 3"),
    *("[" * 30 + "]" * 30, "1" * 5_000, "{a: 1, a: 2}", "[a, a]", "{1.5: 2}", "{2: 1, '2': 1}"),
]


def refusal(path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read_text(path)
    return str(caught.value)


@st.composite
def changed_texts(draw) -> str:
    lines = TEXT.splitlines()
    for _ in range(draw(st.integers(1, 2))):
        position = draw(st.integers(0, len(lines) - 1))
        odd = draw(st.sampled_from(ODDITIES) | st.text(max_size=6))
        line = lines[position]
        lines[position] = draw(
            st.sampled_from(
                [
                    odd,
                    f"{line}\n{odd}",
                    re.sub("[^ :]+$", lambda _, odd=odd: odd, line),
                    f"  {line}",
                    f"{line}{odd}",
                    f"{line}\n{line}",
                ]
            )
        )
    return "\n".join(lines)


def test_a_changed_text_is_read_as_snakemake_reads_it_or_refused(tmp_path):
    path = tmp_path / "config.yaml"
    counts = {"read": 0, "refused": 0}

    @settings(
        max_examples=max(1000, settings().max_examples),
        deadline=20_000,
        suppress_health_check=list(HealthCheck),
    )
    @given(changed_texts())
    def search(text):
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            content = read_text(path)
        except ConfigurationError as error:
            message = str(error)
            assert message.splitlines() == [message]
            assert message.startswith(str(path))
            counts["refused"] += 1
        else:
            assert repr(content) == repr(load_configfile(path))
            counts["read"] += 1

    search()
    assert min(counts.values()) > 50, counts


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("seed: 7\n\nseed: 8\n", "line 3: the key 'seed' is there twice, first in line 1"),
        ("figures: {2: 1, '2': 1}\n", "line 1: the key '2' is there twice"),
        ("figures:\n  no: 3\n", "line 2: YAML reads no as false; write false, or put it in quotes"),
        ("figures:\n  true: 3\n", "line 2: YAML reads the key true as true; put it in quotes"),
        ("figures:\n  ~: 3\n", "line 2: YAML reads the key ~ as nothing; put it in quotes"),
        ("figures: {2.0: 1}", "line 1: YAML reads the key 2.0 as 2.0; put it in quotes"),
        ("figures: {-2: 1}", "line 1: YAML reads the key -2 as -2; put it in quotes"),
        ("figures: {0x10: 1}", "line 1: YAML reads 0x10 as 16; write 16, or put it in quotes"),
        ("figures: {010: 1}", "line 1: YAML reads 010 as 8; write 8 or 10, or put it in quotes"),
        ("seed: 0100", "line 1: YAML reads 0100 as 64; write 64 or 100, or put it in quotes"),
        ("seed: 0x1", "line 1: YAML reads 0x1 as 1; write 1, or put it in quotes"),
        ("seed: 1_000", "line 1: YAML reads 1_000 as 1000; write 1000, or put it in quotes"),
        ("seed: 1:30", "line 1: YAML reads 1:30 as 90; write 90, or put it in quotes"),
        ("seed: -1:30.5", "line 1: YAML reads -1:30.5 as -90.5; write -90.5, or put it in quotes"),
        ("seed: 0b11", "line 1: YAML reads 0b11 as 3; write 3, or put it in quotes"),
        ("seed: 1_0.5", "line 1: YAML reads 1_0.5 as 10.5; write 10.5, or put it in quotes"),
        ("seed: on", "line 1: YAML reads on as true; write true, or put it in quotes"),
        ("seed: 2024-01-01", "line 1: YAML reads 2024-01-01 as the date 2024-01-01; put it in q"),
        ("seed: !!python/object/apply:os.system ['true']", "line 1: the tag 'tag:yaml.org"),
        ("figures:\n  ? [a]\n  : 3\n", "a list or a mapping is not allowed as a key"),
        ("seed: 7\n---\nseed: 8\n", "line 2: expected a single document in the stream"),
        ("seed: 2024-13-01\n", "line 1: '2024-13-01' cannot be read"),
        ("seed: 7\n\ttraining: 3\n", "line 2: "),
        ("seed: [7\ntraining: 3\n", "line 2: "),
        ("seed: " + "9" * 5000, "line 1: "),
        ("", "holds no keys"),
        ("- 3\n", "holds no keys"),
        ("seed: a\x07", "line 1 holds the character U+0007"),
        ("__use_yte__: true\n", "line 1: __use_yte__ is not a known key"),
        ("pathvars: 3\n", "line 1: pathvars is not a known key"),
        ("seed: 7\nsedd: 3\n", "line 2: sedd is not a known key (did you mean seed?)"),
    ],
)  # fmt: skip
def test_what_is_said(tmp_path, text, says):
    path = tmp_path / "config.yaml"
    path.write_text(text)
    message = refusal(path)
    assert message.startswith(str(path))
    assert says in message
    assert message.splitlines() == [message]


PLAIN = st.one_of(
    st.text("0123456789_:.-+eExXoObabflnrstuyNOFT ", max_size=8),
    st.from_regex(r"[-+]?[0-9_]{1,4}([.:][0-9_]{0,3})?(e[-+]?[0-9])?", fullmatch=True),
    st.from_regex(r"[1-9]?[0-9](:[0-5]?[0-9]){1,2}(\.[0-9]?)?", fullmatch=True),
    st.sampled_from(["yes", "Yes", "no", "NO", "on", "On", "off", "OFF", "y", "n", "true", "TRUE"]),
    st.sampled_from(["False", "null", "~", ".inf", "-.Inf", ".NaN"]),
)


@settings(max_examples=max(500, settings().max_examples))
@given(PLAIN)
def test_what_is_read_is_what_a_person_reads(text):
    """As text, or as the decimal number, truth value or nothing that is written there."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "config.yaml")
        path.write_text(f"seed: {text}\n")
        try:
            value = read_text(path)["seed"]
        except ConfigurationError as error:
            assert str(error).splitlines() == [str(error)]  # noqa: PT017
            return
    if isinstance(value, str):
        assert value == text.strip()
    elif value is None:
        assert text.strip() in ("", "~", "null")
    elif isinstance(value, bool):
        assert text.strip().lower() == str(value).lower()
    elif isinstance(value, int | float):
        assert "_" not in text
        meant = float(re.sub(r"\.(?=[a-z])", "", text.lower()))
        assert value == meant or (math.isnan(value) and math.isnan(meant))


def test_bytes_that_are_not_utf8_are_refused(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_bytes(b"seed: 7\n# caf\xe9\n")
    assert refusal(path) == f"{path}: line 2 holds a byte that is not UTF-8 text"


def test_a_byte_order_mark_is_no_matter(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("\ufeffseed: 7\n", encoding="utf-8")
    assert read_text(path) == {"seed": 7} == load_configfile(path)


def test_json_is_read_too(tmp_path):
    path = tmp_path / "config.json"
    path.write_text('{"seed": 7, "figures": {"2": {"title": "a"}}}')
    assert read_text(path) == load_configfile(path) == yaml.safe_load(path.read_text())


def test_a_file_that_is_added_is_blamed_for_what_it_holds_itself(tmp_path):
    base, added = tmp_path / "config.yaml", tmp_path / "mine.yaml"
    base.write_text("datasets: {small: {kind: gaussian, samples: 12, features: 3}}\n")
    added.write_text("datasets: {small: {kind: file, path: mine.csv, features: null}}\n")
    with pytest.raises(ConfigurationError, match=r"small is of the kind gaussian .*\(samples\)"):
        check_overlays(base, added)
    for text in ("small: {samples: 7}", "other: {kind: file}", "small: null"):
        added.write_text(f"datasets: {{{text}}}\n")
        check_overlays(base, added)
