"""Rules of parts: single ranges of bytes, never more than the file has."""

import pytest

from foundation.ranges import NoSuchPart, Part, asked_for
from tests.foundation.images import image_bytes

WEBP = image_bytes("WEBP", size=(20, 20))
ADDRESS = "/media/renditions/ab12-320.webp"


@pytest.fixture
def picture(media):
    (media / "renditions").mkdir()
    (media / "renditions" / "ab12-320.webp").write_bytes(WEBP)


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", Part(0, 0)),
        ("bytes=2-5", Part(2, 5)),
        ("bytes=4-", Part(4, 9)),
        ("bytes=-3", Part(7, 9)),
        ("bytes=0-999", Part(0, 9)),
        ("bytes=-999", Part(0, 9)),
        ("Bytes = 1-2", None),
        ("BYTES=1-2", Part(1, 2)),
        ("", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=5-2", None),
        ("bytes=0-1,3-4", None),
        ("items=0-1", None),
        ("bytes=a-b", None),
        ("bytes=²-3", None),
        ("bytes=" + "9" * 5000 + "-", None),
    ],
)
def test_range_is_read_as_the_standard_says(header, part):
    assert asked_for(header, 10) == part


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=10-", 10), ("bytes=10-12", 10), ("bytes=-0", 10), ("bytes=0-", 0)]
)
def test_range_beyond_the_end_is_none_of_the_file(header, size):
    with pytest.raises(NoSuchPart):
        asked_for(header, size)


@pytest.mark.django_db
def test_part_of_a_file_is_a_206_with_its_place(client, picture):
    answer = client.get(ADDRESS, headers={"range": "bytes=2-5"})
    assert (answer.status_code, answer.getvalue()) == (206, WEBP[2:6])
    assert answer["Content-Range"] == f"bytes 2-5/{len(WEBP)}"
    assert (answer["Content-Length"], answer["Content-Type"]) == ("4", "image/webp")
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.django_db
def test_end_of_a_file_is_asked_by_its_length(client, picture):
    assert client.get(ADDRESS, headers={"range": "bytes=-4"}).getvalue() == WEBP[-4:]


@pytest.mark.django_db
def test_part_that_does_not_exist_is_a_416(client, picture):
    answer = client.get(ADDRESS, headers={"range": "bytes=99999-"})
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(WEBP)}")
    assert "immutable" not in answer.get("Cache-Control", "")


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["bytes=2-5", "bytes=99999-", "bytes=-1"])
def test_head_is_told_the_whole_file_whatever_part_it_names(client, picture, header):
    answer = client.head(ADDRESS, headers={"range": header})
    assert (answer.status_code, answer["Content-Length"]) == (200, str(len(WEBP)))
    assert (answer["Accept-Ranges"], answer["Cross-Origin-Resource-Policy"]) == ("bytes", "cross-origin")
    answer.close()


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["bytes=0-1,3-4", "lines=1-2", "bytes=5-2"])
def test_range_that_is_not_understood_brings_the_whole_file(client, picture, header):
    answer = client.get(ADDRESS, headers={"range": header})
    assert (answer.status_code, answer.getvalue()) == (200, WEBP)
    assert answer["Accept-Ranges"] == "bytes"


@pytest.mark.django_db
def test_part_of_another_version_brings_the_whole_file(client, picture):
    first = client.head(ADDRESS)
    etag = first["ETag"]
    first.close()
    same = client.get(ADDRESS, headers={"range": "bytes=0-1", "if-range": etag})
    other = client.get(ADDRESS, headers={"range": "bytes=0-1", "if-range": '"other"'})
    assert (same.status_code, other.status_code) == (206, 200)
    assert (same.getvalue(), other.getvalue()) == (WEBP[:2], WEBP)
