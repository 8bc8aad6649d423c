"""The process that makes a picture anew: its limits, its places, and that nothing of it stays behind."""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.test import override_settings

from files import pictures, shrinking
from files.checking import check_file
from files.refusals import Busy
from tests.files.checks import check, why_not
from tests.files.uploads import GOOD, PDF, picture, upload

TOO_MUCH = "这张图片处理不了：占用的内存或时间过多。请另存为JPEG再上传。"
BUSY = "现在上传图片的人较多，请过一会儿再试。"


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Path]:
    """Places of this test alone, and a folder for what is temporary that has to be empty again."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    others = set(psutil.Process().children())  # a browser's driver, where one was started before
    with override_settings(DATA_DIR=tmp_path), pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(temporary))
        yield tmp_path / "pictures"
    assert list(temporary.iterdir()) == []
    assert set(psutil.Process().children()) <= others


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in the place of the real one; each test writes its own."""
    path = tmp_path / "program.py"
    monkeypatch.setattr(shrinking, "PROGRAM", path)
    return path


def test_a_picture_leaves_nothing_behind(places: Path) -> None:
    assert check("图.png", GOOD[".png"]).preview
    assert why_not("图.png", GOOD[".png"][:30]).endswith("或文件已损坏。")
    assert sorted(path.name for path in places.iterdir()) == ["place-0"]
    assert places.stat().st_mode & 0o777 == 0o700


def test_too_little_memory_is_a_sentence(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = picture("PNG", size=(6000, 5000))
    monkeypatch.setattr(shrinking, "MEMORY_MAX", 120 << 20)
    assert check("小.png", GOOD[".png"])  # the limit is not too low for everything
    assert why_not("图.png", photo) == TOO_MUCH
    monkeypatch.undo()
    assert check("图.png", photo)


def test_too_little_time_of_the_processor_is_a_sentence(places: Path, program: Path) -> None:
    real = Path(pictures.__file__).parent
    program.write_text(
        f"import sys; sys.path.insert(0, {str(real)!r})\n"
        "import json, pictures\n"
        "pictures.limit_itself(json.loads(sys.argv[1]) | {'seconds': 1})\n"
        "while True: pass\n"
    )
    assert why_not("图.png", GOOD[".png"]) == TOO_MUCH


@pytest.mark.parametrize("end", ["SIGKILL", "SIGSEGV", "SIGABRT"])
def test_a_process_that_is_killed_is_a_sentence(places: Path, program: Path, end: str) -> None:
    program.write_text(f"import os, signal; os.kill(os.getpid(), signal.{end})")
    assert why_not("图.png", GOOD[".png"]) == TOO_MUCH


def test_a_process_that_hangs_is_ended(places: Path, program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program.write_text("import time; time.sleep(600)")
    monkeypatch.setattr(shrinking, "WALL_SECONDS", 0.3)
    assert why_not("图.png", GOOD[".png"]) == TOO_MUCH


def test_a_process_ends_with_the_request_that_is_stopped(
    places: Path, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.write_text("import time; time.sleep(600)")
    wait = subprocess.Popen.wait
    stops = iter([KeyboardInterrupt])

    def stopped(process: subprocess.Popen[bytes], timeout: float | None = None) -> int:
        for stop in stops:
            raise stop
        return wait(process, timeout)

    monkeypatch.setattr(subprocess.Popen, "wait", stopped)
    with pytest.raises(KeyboardInterrupt):
        check("图.png", GOOD[".png"])


@pytest.mark.parametrize("said", ["", "no json\n", '{"format": "JPEG"}\n', "[]\n"])
def test_a_process_that_ends_well_and_says_nonsense_is_a_sentence(places: Path, program: Path, said: str) -> None:
    program.write_text(f"import sys; sys.stdout.write({said!r})")
    assert why_not("图.png", GOOD[".png"]) == "内容与扩展名.png不符，或文件已损坏。"


def test_the_process_knows_nothing_of_the_environment(
    places: Path, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.write_text("import os, sys; sys.exit(1 if 'SHAOYING_SECRET' in os.environ else 3)")
    monkeypatch.setenv("SHAOYING_SECRET", "1")
    assert why_not("图.png", GOOD[".png"]) == "图片超过6000万像素。"


def test_all_places_taken_is_a_sentence_and_a_free_one_is_found(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shrinking, "WAIT_SECONDS", 0.2)
    taken = [shrinking._free_place() for _place in range(shrinking.PLACES)]
    with pytest.raises(Busy, match=BUSY):
        check("图.png", GOOD[".png"])
    os.close(taken.pop() or 0)
    assert check("图.png", GOOD[".png"])
    os.close(taken.pop() or 0)


def test_who_would_take_one_of_the_last_threads_is_asked_to_come_again(
    places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shrinking, "_threads", threading.BoundedSemaphore(1))
    with shrinking._waiting():
        with pytest.raises(Busy, match=BUSY):
            check("图.png", GOOD[".png"])
        assert check("合同.pdf", PDF)  # nobody waits for what is no picture
    assert check("图.png", GOOD[".png"])


def test_a_place_is_taken_as_long_as_its_process_runs(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shrinking, "PLACES", 1)
    place = shrinking._free_place()
    assert place is not None
    process = subprocess.Popen([sys.executable, "-I", "-c", "input()"], stdin=subprocess.PIPE, pass_fds=(place,))
    os.close(place)  # as when the web process is killed
    assert shrinking._free_place() is None
    process.communicate(b"\n")
    place = shrinking._free_place()
    assert place is not None
    os.close(place)


def test_no_more_processes_run_at_a_time_than_there_are_places(
    places: Path, program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each process notes how many run with it; six requests come at once, as if to two web processes."""
    monkeypatch.setattr(shrinking, "_threads", threading.BoundedSemaphore(6))
    running = tmp_path / "running"
    running.mkdir()
    program.write_text(
        "import os, sys, time, json\n"
        f"folder = {str(running)!r}\n"
        "mine = os.path.join(folder, str(os.getpid()))\n"
        "open(mine, 'w').close()\n"
        "time.sleep(0.2)\n"
        "open(os.path.join(folder, '..', f'seen-{len(os.listdir(folder))}-{os.getpid()}'), 'w').close()\n"
        "os.remove(mine)\n"
        "print(json.dumps({'format': 'PNG', 'pixels': 1, 'content': 0, 'preview': 0}))\n"
    )
    files = [upload("图.png", GOOD[".png"]) for _file in range(6)]
    threads = [threading.Thread(target=check_file, args=(file,)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen = [int(path.name.split("-")[1]) for path in tmp_path.glob("seen-*")]
    assert (len(seen), max(seen)) == (6, shrinking.PLACES)


def test_the_program_and_who_starts_it_mean_the_same_numbers() -> None:
    assert (pictures.TOO_LARGE, pictures.NO_MEMORY) == (shrinking._TOO_LARGE, shrinking._NO_MEMORY)


def test_the_web_process_imports_nothing_that_decodes() -> None:
    code = (
        "import django; django.setup(); import files.checking, sys; "
        "sys.exit(bool({'PIL.Image', 'pillow_heif', 'files.pictures'} & set(sys.modules)))"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "SHAOYING_NO_SERVERS": "1"}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0
