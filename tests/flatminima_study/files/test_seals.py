"""A sealed file shows every change of its bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima_study.files.seals import BLANK, DamagedFileError, check_seal, seal

CONTENT = b"before " + BLANK + b" after"


@pytest.fixture(scope="module")
def sealed(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("sealed") / "file"
    path.write_bytes(CONTENT)
    seal(path)
    return path.read_bytes()


def test_a_sealed_file_is_as_long_as_before_and_passes(sealed):
    assert len(sealed) == len(CONTENT)
    assert check_seal("file", sealed) in sealed.decode()


@given(position=st.integers(0, len(CONTENT) - 1), bit=st.integers(0, 7))
def test_every_flipped_bit_is_found(sealed, position, bit):
    damaged = bytearray(sealed)
    damaged[position] ^= 1 << bit
    with pytest.raises(DamagedFileError, match=r"^file is "):
        check_seal("file", bytes(damaged))


@given(length=st.integers(0, len(CONTENT) - 1))
def test_every_truncation_is_found(sealed, length):
    with pytest.raises(DamagedFileError, match=r"^file is "):
        check_seal("file", sealed[:length])


def test_an_added_byte_and_a_second_seal_are_found(sealed):
    for longer in (sealed + b"\0", sealed + sealed):
        with pytest.raises(DamagedFileError):
            check_seal("file", longer)


@pytest.mark.parametrize("content", [b"", b"no place", BLANK + BLANK])
def test_a_file_without_one_place_for_the_checksum_is_not_sealed(tmp_path, content):
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(ValueError, match="not one"):
        seal(tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == content
