"""Images: what is whole and small enough is kept once; bombs, halves and scripts are not; places are taken out."""

import asyncio
import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from server.articles import images
from server.articles.errors import ImageTooLarge, NotAnImage
from server.articles.images import IMAGES, looked_at, without_metadata
from tests.support.articles import audited
from tests.support.chat import Browser, Served

WHERE = "/api/v1/article-images"


def _image(kind: str, size: tuple[int, int] = (8, 6), **options: Any) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, (200, 40, 90)).save(made, kind, **options)
    return made.getvalue()


def _animation(frames: int, size: tuple[int, int] = (4, 4)) -> bytes:
    made = io.BytesIO()
    pictures = [Image.new("P", size, number % 250) for number in range(frames)]
    pictures[0].save(made, "GIF", save_all=True, append_images=pictures[1:], optimize=False, disposal=1)
    return made.getvalue()


def _png_of(width: int, height: int) -> bytes:
    """A PNG whose header promises so many pixels and whose data is a few bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def _with_place(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Camera of Ana Costa"
    exif[0x0112] = orientation
    exif.get_ifd(0x8825)[2] = (48.0, 8.0, 11.0)
    return _image("JPEG", exif=exif, comment=b"at home")


async def _send(who: Browser, data: bytes, name: str = "label.png") -> tuple[int, Any]:
    headers = {"x-csrf-token": who.csrf, "content-type": "image/png"}
    where = f"{who.url}{WHERE}"
    async with who.http.post(where, params={"name": name}, data=io.BytesIO(data), headers=headers) as answer:
        return answer.status, await answer.json(content_type=None)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_each_kind_is_known_by_its_bytes(kind: str) -> None:
    picture = looked_at(_image(kind))
    assert (picture.media_type, picture.width, picture.height) == (f"image/{kind.lower()}", 8, 6)
    assert len(picture.id) == 32


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><body>GIF89a</body></html>",
        b"%PDF-1.7",
        _image("PNG")[:-30],
        _image("JPEG", (64, 64))[:-200],
        _image("WEBP")[:-10],
        _animation(5)[:60],
        _image("BMP"),
        _image("TIFF"),
        b"\xff\xd8\xff" + b"\x00" * 100,
        _png_of(100, 100),
    ],
    ids=lambda data: repr(data[:12]),
)
def test_what_is_no_whole_image_is_refused(data: bytes) -> None:
    with pytest.raises(NotAnImage):
        looked_at(data)


@pytest.mark.parametrize(
    "data",
    [
        _png_of(60_000, 60_000),
        _png_of(8_000, 6_000),
        _animation(301),
        _image("PNG") + b"\0" * images.LARGEST_BYTES,
    ],
    ids=["a bomb", "48 million pixels", "301 frames", "more than 2 MB"],
)
def test_what_would_become_too_large_is_refused_before_it_does(data: bytes) -> None:
    with pytest.raises(ImageTooLarge):
        looked_at(data)


def test_an_animation_that_is_small_enough_is_kept_as_it_is() -> None:
    data = _animation(12)
    assert looked_at(data).data == data


def test_a_photograph_loses_where_it_was_taken_and_nothing_that_is_seen() -> None:
    data = _with_place()
    assert b"Ana Costa" in data
    kept = looked_at(data).data
    for secret in (b"Ana Costa", b"at home", b"Exif"):
        assert secret not in kept
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(kept)) as after:
        assert before.tobytes() == after.tobytes()
        assert not after.getexif()


def test_a_photograph_that_lies_on_its_side_still_does() -> None:
    kept = looked_at(_with_place(orientation=6)).data
    assert b"Ana Costa" not in kept
    with Image.open(io.BytesIO(kept)) as after:
        assert dict(after.getexif()) == {0x0112: 6}


def test_what_stands_behind_the_end_of_a_photograph_is_dropped() -> None:
    data = _image("JPEG", progressive=True)
    assert without_metadata(data + b"SECRET FILM" + _with_place()) == without_metadata(data)
    assert without_metadata(without_metadata(data)) == without_metadata(data)


async def test_the_same_image_twice_is_one_row(door: Served, eva: Browser) -> None:
    data = _image("PNG")
    (status, first), (_, again) = await _send(eva, data), await _send(eva, data, "other.png")
    assert status == 201
    assert first["markdown"] == f"![label.png](image:{first['id']})"
    assert first["url"] == f"/help/images/{first['id']}"
    assert again["id"] == first["id"]
    many = await asyncio.gather(*(_send(eva, _image("PNG", (9, 9))) for _ in range(4)))
    assert {status for status, _ in many} == {201}
    async with door.house.store.reading() as db:
        assert (await db.execute(select(func.count()).select_from(IMAGES))).scalar() == 2
    assert [action for _, action, _ in await audited(door.house)].count("image.stored") == 2


async def test_refusals_have_their_codes(door: Served, eva: Browser) -> None:
    for data, status, code in (
        (b"no image", 415, "not_an_image"),
        (_png_of(60_000, 60_000), 413, "too_large"),
        (b"x" * (images.LARGEST_BYTES + 1), 413, "too_large"),
    ):
        found, problem = await _send(eva, data)
        assert (found, problem["code"]) == (status, code)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("label.png", "label.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\pictures\\a.png", "a.png"),
        ("a](javascript:alert(1))", "a javascript:alert 1"),
        ("\x00\ud800", "?"),
        ("", "image"),
        ("x" * 400, "x" * 100),
    ],
)
def test_a_name_cannot_break_out_of_markdown(given: str, kept: str) -> None:
    assert images.file_name(given) == kept


async def test_images_of_an_article_are_shown_and_missing_ones_are_named(door: Served, eva: Browser) -> None:
    _, image = await _send(eva, _image("PNG"))
    text = f"Look: {image['markdown']} and ![gone](image:{'a' * 32})"
    said = {"id": "pictured", "locale": "en", "content": {"title": "T", "text": text}}
    await eva.post("/api/v1/articles", said)
    _, found = await eva.get("/api/v1/articles/pictured/translations/en")
    assert f'src="/help/images/{image["id"]}"' in found["revision"]["html"]
    _, checks = await eva.get("/api/v1/articles/pictured/translations/en/checks")
    assert checks["images"] == [{"id": image["id"], "ok": True}, {"id": "a" * 32, "ok": False}]
