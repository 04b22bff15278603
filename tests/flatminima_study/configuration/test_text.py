"""The text of a configuration is read as Snakemake reads it, or refused with file and line."""

import re

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from snakemake.common.configfile import load_configfile

from flatminima_study.configuration import ConfigurationError, read_text

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
        ("figures:\n  no: 3\n", "line 2: YAML does not read the key 'no' as text"),
        ("figures:\n  2024-01-01: 3\n", "line 2: YAML does not read the key '2024-01-01' as text"),
        ("figures: {0x10: 1}", "YAML does not read the key '0x10' as text"),
        ("seed: !!python/object/apply:os.system ['true']", "line 1: the tag 'tag:yaml.org"),
        ("figures:\n  ? [a]\n  : 3\n", "a list or a mapping is not allowed as a key"),
        ("figures: &a {b: *a}", "line 1: the alias *a stands inside its own anchor"),
        ("seed: 7\n---\nseed: 8\n", "line 2: expected a single document in the stream"),
        ("seed: 2024-13-01\n", "line 1: '2024-13-01' cannot be read"),
        ("seed: 7\n\ttraining: 3\n", "line 2: "),
        ("seed: [7\ntraining: 3\n", "line 2: "),
        ("seed: " + "9" * 5000, "line 1: "),
        ("seed: " + "[" * 20 + "]" * 20, "levels of nesting"),
        ("seed: " + "[" * 20_000, "nests more than"),
        ("", "holds no keys"),
        ("- 3\n", "holds no keys"),
        ("seed: a\x07", "line 1 holds the character U+0007"),
        ("__use_yte__: true\n", "line 1: __use_yte__ is not a known key"),
        ("pathvars: 3\n", "line 1: pathvars is not a known key"),
        ("seed: 7\nsedd: 3\n", "line 2: sedd is not a known key (did you mean seed?)"),
        ("# " + "x" * 1_000_001, "bytes; allowed: at most 1000000"),
    ],
)  # fmt: skip
def test_what_is_said(tmp_path, text, says):
    path = tmp_path / "config.yaml"
    path.write_text(text)
    message = refusal(path)
    assert message.startswith(str(path))
    assert says in message
    assert message.splitlines() == [message]


def test_aliases_that_swell_are_refused(tmp_path):
    path = tmp_path / "config.yaml"
    levels = [f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    path.write_text("\n".join(["figures:", "  a0: &a0 [1]", *levels]))
    assert "values, aliases included; allowed: 100000" in refusal(path)


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
