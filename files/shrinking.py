"""A picture is made anew by a short-lived process beside the web process (files/pictures.py, docs/adr/0030).

The web process decodes nothing: it copies the bytes into a file without a name, waits for one of the few places that
the machine has for such processes, and reads what comes back. A picture that takes the process's memory, time or life
is a sentence. A place is a locked file, which the process holds, too: it is free when both have ended, however they
ended.
"""

import contextlib
import fcntl
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext as _

from files.kinds import KEPT_AS, PIXELS_MAX, PREVIEW_SIDE, REQUEST_PIXELS_MAX, SIDE_MAX
from files.refusals import Busy, Unfit, damaged

PROGRAM = Path(__file__).with_name("pictures.py")
PLACES = 2  # processes at a time on the machine; more would take turns on two cores, and hold twice the memory
WAIT_SECONDS = 20  # for a place
# Threads of one web process that may wait for pictures. It has eight (embedded/supervisor.py): the others go on.
WAITING_MAX = 4
_threads = threading.BoundedSemaphore(WAITING_MAX)
_LOOK_SECONDS = 0.05  # from one look for a free place to the next
# Address space of the process. Of all pictures of 60 million pixels a WebP takes the most: its decoder holds two
# canvases of four bytes a pixel, Pillow the bytes and the picture. A lossless one passes with 1152 MB and fails with
# 1024, with which JPEG, PNG and a HEIC of 48 million pixels pass (docs/adr/0030). Not tried: HEIC of 60, or of 10 bits.
MEMORY_MAX = 1280 << 20
CPU_SECONDS = 20  # the slowest that was measured, a PNG of 60 million pixels, takes four
WALL_SECONDS = 60
OUTPUT_MAX = 80 << 20  # bytes; 4096 × 4096 pixels of four bytes are 64 MB, when nothing compresses
_LINE_MAX = 1000  # bytes of what the program says of the picture
# Exit statuses of the program, which is not imported here: it would import what decodes.
_TOO_LARGE, _NO_MEMORY = 3, 4


@dataclass(frozen=True)
class MadeAnew:
    """A picture made anew: in which format (JPEG or PNG), its bytes and preview, its pixels as uploaded."""

    format_name: str
    content: bytes
    preview: bytes
    pixels: int


def made_anew(file: File, *, extension: str, pixels_left: int) -> MadeAnew:
    """Decode a picture in another process and return what that encoded.

    extension    as uploaded, to be named in a refusal
    pixels_left  how many the request may still bring
    Raises  Unfit, Busy
    """
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as made:
        file.seek(0)
        for chunk in file.chunks():
            source.write(chunk)
        source.flush()
        source.seek(0)
        with _waiting(), _place() as place:
            status = _run(source, made, place, pixels=min(PIXELS_MAX, max(0, pixels_left)))
        if status != 0:
            raise _unfit(status, extension, pixels_left)
        made.seek(0)
        try:
            return _what_came(made)
        except (ValueError, KeyError, TypeError) as error:
            raise damaged(extension) from error


def _what_came(made: IO[bytes]) -> MadeAnew:
    """Read what the program wrote. It is not trusted: it has decoded what anybody sent.

    Raises  ValueError, KeyError, TypeError
    """
    said = json.loads(made.readline(_LINE_MAX))
    if said["format"] not in KEPT_AS:
        raise ValueError("another format")
    content, preview = made.read(said["content"]), made.read(said["preview"])
    return MadeAnew(format_name=said["format"], content=content, preview=preview, pixels=int(said["pixels"]))


def _run(source: IO[bytes], made: IO[bytes], place: int, *, pixels: int) -> int:
    """Run the program and return its exit status, negative for the signal that ended it. None is left running."""
    asked = {
        "memory": MEMORY_MAX,
        "seconds": CPU_SECONDS,
        "output": OUTPUT_MAX,
        "pixels": pixels,
        "side": SIDE_MAX,
        "preview": PREVIEW_SIDE,
    }
    process = subprocess.Popen(
        [sys.executable, "-I", str(PROGRAM), json.dumps(asked)],
        stdin=source,
        stdout=made,
        stderr=subprocess.DEVNULL,
        pass_fds=(place,),
        # Nothing of the environment: it holds passwords, and a decoder may be broken into. One arena instead of one
        # a thread, each of which would count as 64 MB of address space.
        env={"MALLOC_ARENA_MAX": "1"},
    )
    try:
        return process.wait(WALL_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
    except BaseException:  # the worker is stopped
        process.kill()
        process.wait()
        raise


def _unfit(status: int, extension: str, pixels_left: int) -> Unfit:
    if status == _TOO_LARGE and pixels_left < PIXELS_MAX:
        return Unfit(_("一次上传的图片合计超过%(most)d万像素。") % {"most": REQUEST_PIXELS_MAX // 10_000})
    if status == _TOO_LARGE:
        return Unfit(_("图片超过%(most)d万像素。") % {"most": PIXELS_MAX // 10_000})
    if status == _NO_MEMORY or status < 0:
        return Unfit(_("这张图片处理不了：占用的内存或时间过多。请另存为JPEG再上传。"))
    return damaged(extension)


@contextlib.contextmanager
def _waiting() -> Iterator[None]:
    """Hold one of the few threads of this process that may wait for pictures. Raises Busy when there is none."""
    if not _threads.acquire(blocking=False):
        raise Busy()
    try:
        yield
    finally:
        _threads.release()


@contextlib.contextmanager
def _place() -> Iterator[int]:
    """Yield one of the machine's places as the descriptor of its locked file, which a process may inherit.

    Raises  Busy when none became free in time
    """
    until = time.monotonic() + WAIT_SECONDS
    while (place := _free_place()) is None:
        if time.monotonic() >= until:
            raise Busy()
        time.sleep(_LOOK_SECONDS)
    try:
        yield place
    finally:
        os.close(place)  # not unlocked: a process that still runs keeps it


def _free_place() -> int | None:
    folder = Path(settings.DATA_DIR) / "pictures"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number in range(PLACES):
        place = os.open(folder / f"place-{number}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(place)
        else:
            return place
    return None
