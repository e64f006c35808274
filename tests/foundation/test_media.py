"""/media/: pictures below the media folder, cacheable for ever, and nothing else."""

from pathlib import Path

import pytest

from tests.foundation.images import image_bytes

pytestmark = pytest.mark.django_db
WEBP = image_bytes("WEBP", size=(20, 20))


@pytest.fixture
def picture(media) -> Path:
    """Put one picture into the media folder, and a secret beside that folder."""
    (media.parent / "secret.jpg").write_bytes(b"secret")
    (media / "renditions").mkdir()
    path = media / "renditions" / "ab12-320.webp"
    path.write_bytes(WEBP)
    return path


def test_a_picture_is_served_for_ever_and_never_guessed_at(client, picture):
    response = client.get("/media/renditions/ab12-320.webp")
    assert response.status_code == 200
    assert response.getvalue() == WEBP
    assert response["Content-Type"] == "image/webp"
    assert response["Content-Length"] == str(len(WEBP))
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == 'inline; filename="ab12-320.webp"'
    assert "Set-Cookie" not in response
    assert "Vary" not in response


def test_a_browser_that_has_it_gets_no_body(client, picture):
    first = client.get("/media/renditions/ab12-320.webp")
    first.close()
    etag = first["ETag"]
    response = client.get("/media/renditions/ab12-320.webp", headers={"If-None-Match": etag})
    assert (response.status_code, response.content) == (304, b"")
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"


def test_head_tells_the_size(client, picture):
    response = client.head("/media/renditions/ab12-320.webp")
    assert (response.status_code, response["Content-Length"]) == (200, str(len(WEBP)))
    response.close()


def test_a_picture_cannot_be_posted_to(client, picture):
    assert client.post("/media/renditions/ab12-320.webp").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "../secret.jpg", "..%2fsecret.jpg", "%2e%2e/secret.jpg", "renditions/../../secret.jpg",
        "renditions/..%2f..%2fsecret.jpg", "/etc/passwd", "%2fetc%2fpasswd", "", "renditions", "renditions/",
        "absent.webp", "renditions/ab12-320.webp/", "renditions/%00.webp", "a" * 5000 + ".webp",
        "..\\secret.jpg", "page.html", "drawing.svg", "note.txt", ".hidden", "folder.webp", "link.jpg",
        "loop.jpg", "originals/ab/ab12.jpg", "renditions/../originals/ab/ab12.jpg", "ORIGINALS/ab/ab12.jpg",
        "originals%2fab%2fab12.jpg", "/originals/ab/ab12.jpg", "./originals/ab/ab12.jpg", "share/ab/ab12.jpg",
        "renditions%2f..%2foriginals/ab/ab12.jpg", "renditions/original.jpg",
    ],
)  # fmt: skip
def test_nothing_else_is_found(client, media, picture, path):
    for name in ("page.html", "drawing.svg", "note.txt", ".hidden"):
        (media / name).write_text("<script>alert(1)</script>")
    for folder in ("originals", "share"):
        (media / folder / "ab").mkdir(parents=True)
        (media / folder / "ab" / "ab12.jpg").write_bytes(b"with a position")
    (media / "renditions" / "original.jpg").symlink_to(media / "originals" / "ab" / "ab12.jpg")
    (media / "folder.webp").mkdir()
    (media / "link.jpg").symlink_to(media.parent / "secret.jpg")
    (media / "loop.jpg").symlink_to(media / "loop.jpg")
    response = client.get(f"/media/{path}")
    assert response.status_code == 404
