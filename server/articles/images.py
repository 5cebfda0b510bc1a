"""Pictures in articles: looked at before they are kept, and kept by what they hold."""

import asyncio
import hashlib
import io
import re
import struct
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.articles.errors import ImageTooLarge, NotAnImage
from server.articles.repository import parts
from server.store.base import Row, one_row, rows_of
from server.store.models import ArticleImage

IMAGES = rows_of(ArticleImage)
LARGEST_BYTES = 2 * 1024 * 1024
LARGEST_PIXELS = 40_000_000
MOST_FRAMES = 300
FRAME_PIXELS = 80_000_000
"""Pixels in all frames of an animation together: what a browser would have to unpack."""
FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "MPO": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
"""What we take by Pillow's name; MPO is a JPEG with further pictures behind it, which are dropped."""

_LINK = re.compile(r"\barticle:([a-z0-9._-]+)")
_IMAGE = re.compile(r"\bimage:([0-9a-f]{32})\b")


def named_in(text: str) -> tuple[list[str], list[str]]:
    """Return the ids of articles and of images that a text names, in order and each once.

    What stands in code is named too: this is for looking up what may be needed, not for saying what is linked.
    """
    links = (found.rstrip(".-") for found in _LINK.findall(text))
    return list(dict.fromkeys(links)), list(dict.fromkeys(_IMAGE.findall(text)))


def url(image_id: str) -> str:
    """Return the address at which the help centre gives an image out."""
    return f"/help/images/{image_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that was looked at; `id` is the first 32 hexadecimal digits of the SHA-256 of `data`."""

    id: str
    media_type: str
    width: int
    height: int
    data: bytes


def looked_at(data: bytes) -> Picture:
    """Return a picture as it may be kept, without the place where it was taken.

    Raises `NotAnImage` for what is no whole PNG, JPEG, GIF or WebP, and `ImageTooLarge` above 2 MB, 40 million pixels
    or 300 frames. Unpacks the whole picture, so it belongs in a thread.
    """
    # Pillow knows a format once its plugin is imported.
    from PIL import (
        GifImagePlugin,
        Image,
        JpegImagePlugin,
        PngImagePlugin,
        UnidentifiedImageError,
        WebPImagePlugin,
    )

    kinds = (GifImagePlugin.GifImageFile, JpegImagePlugin.JpegImageFile, PngImagePlugin.PngImageFile)
    formats = [kind.format for kind in (*kinds, WebPImagePlugin.WebPImageFile)]
    if len(data) > LARGEST_BYTES:
        raise ImageTooLarge("An image may have 2 MB.", limit=LARGEST_BYTES)
    try:
        with Image.open(io.BytesIO(data), formats=formats) as picture:
            kind, (width, height) = picture.format, picture.size
            _unpack(picture, width * height)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageTooLarge("An image may have 40 million pixels.", limit=LARGEST_PIXELS) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, struct.error, IndexError) as error:
        message = "These bytes are no whole PNG, JPEG, GIF or WebP image."
        raise NotAnImage(message) from error
    media_type = FORMATS[str(kind)]
    kept = without_metadata(data) if media_type == "image/jpeg" else data
    digest = hashlib.sha256(kept).hexdigest()[:32]
    return Picture(id=digest, media_type=media_type, width=width, height=height, data=kept)


def _unpack(picture: Any, pixels: int) -> None:
    # The header says how large it would become, so that is asked before anything is unpacked; `n_frames` would unpack
    # all of them before it answers.
    if pixels > LARGEST_PIXELS:
        raise ImageTooLarge("An image may have 40 million pixels.", limit=LARGEST_PIXELS, pixels=pixels)
    for number in count():
        try:
            picture.seek(number)
        except EOFError:
            return
        if number >= MOST_FRAMES or pixels * (number + 1) > FRAME_PIXELS:
            raise ImageTooLarge("An animation may have 300 frames and 80 million pixels in all.", frames=number)
        picture.load()


# JPEG markers (ITU-T T.81, B.1.1.3): application data 1 (Exif with the place, XMP), 2 but for colour profiles (further
# pictures), 13 (Photoshop's notes), comments.
_DROPPED = {0xE1, 0xED, 0xFE}
_MORE_PICTURES = 0xE2
_SCAN, _END = 0xDA, 0xD9
_IN_SCAN = frozenset({0x00, 0xFF, *range(0xD0, 0xD8)})
_ORIENTATION = 0x0112


def without_metadata(data: bytes) -> bytes:
    """Return a JPEG without Exif, XMP, Photoshop's notes, comments and what stands behind its end.

    The picture itself is not touched. An orientation other than upright is kept, in an Exif block of nothing else,
    since browsers turn the picture by it.
    """
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        orientation = picture.getexif().get(_ORIENTATION, 1)
    kept = bytearray(data[:2])
    if orientation in range(2, 9):
        kept += _turned(orientation)
    for marker, segment in _segments(data):
        dropped = marker in _DROPPED or (marker == _MORE_PICTURES and segment[4:15] != b"ICC_PROFILE")
        if not dropped:
            kept += segment
    return bytes(kept)


def _turned(orientation: int) -> bytes:
    # Exif 2.3: a TIFF header and one entry: tag, type 3 (short), one value, padded; no further entries.
    tiff = b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0)
    body = b"Exif\x00\x00" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the segments of a JPEG up to its end, each with its marker; a scan comes with the data behind it."""
    position = 2
    while position + 1 < len(data):
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker == _END:
            break
        end = position + 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        if marker == _SCAN:
            # Within a scan a byte FF is followed by 00, another FF or a restart marker; all else ends it.
            end = data.find(b"\xff", end)
            while end != -1 and end + 1 < len(data) and data[end + 1] in _IN_SCAN:
                end = data.find(b"\xff", end + 1 if data[end + 1] == 0xFF else end + 2)
            end = len(data) if end == -1 else end
        yield marker, data[position:end]
        position = end
    yield _END, b"\xff\xd9"


async def keep(connection: AsyncConnection, picture: Picture, *, name: str, by: str, now: datetime) -> bool:
    """Store a picture; the same one again is the same row. Returns whether it is new."""
    if await known(connection, {picture.id}):
        return False
    try:
        async with connection.begin_nested():
            await connection.execute(
                insert(IMAGES).values(
                    id=picture.id,
                    name=file_name(name),
                    media_type=picture.media_type,
                    size=len(picture.data),
                    width=picture.width,
                    height=picture.height,
                    data=picture.data,
                    created_at=now,
                    created_by=by,
                )
            )
    except IntegrityError:
        return False  # somebody else stored it just now
    return True


async def look_at(data: bytes) -> Picture:
    """Look at a picture in a thread; raises as `looked_at` does."""
    return await asyncio.to_thread(looked_at, data)


async def known(connection: AsyncConnection, ids: Collection[str]) -> set[str]:
    """Return which of these images there are."""
    found: set[str] = set()
    for part in parts(sorted(ids)):
        found |= {row.id for row in await connection.execute(select(IMAGES.c.id).where(IMAGES.c.id.in_(part)))}
    return found


async def described(connection: AsyncConnection, image_id: str) -> Row | None:
    """Return an image's row without its bytes."""
    columns = [column for column in IMAGES.c if column.name != "data"]
    return one_row(await connection.execute(select(*columns).where(IMAGES.c.id == image_id)))


_NO_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff/\\\[\]()<>\"'`]+")


def file_name(name: str) -> str:
    """Return a file's name without folders and without characters that would end a Markdown link; at most 100."""
    last = re.split(r"[/\\]", name)[-1]
    plain = _NO_NAME.sub(" ", unicodedata.normalize("NFC", last.encode(errors="replace").decode()))
    return " ".join(plain.split())[:100] or "image"
