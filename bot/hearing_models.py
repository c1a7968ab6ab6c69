"""Which speech recognition models there are, where they lie on this machine, and how to get one.

Nothing here goes to the network but `fetch`, which only ever runs because a person asked for it.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryFile

from retrieval.errors import InputError, ProviderError

SIZES = {
    "small": "Systran/faster-whisper-small",
    "base": "Systran/faster-whisper-base",
    "medium": "Systran/faster-whisper-medium",
    "turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "large-v3": "Systran/faster-whisper-large-v3",
    "tiny": "Systran/faster-whisper-tiny",
}
"Sizes by name, in the order `auto` prefers them: `small` is the first whose Chinese is good enough."

MEGABYTES = {"tiny": 75, "base": 145, "small": 485, "medium": 1530, "turbo": 1620, "large-v3": 3090}
"About what each downloads."

NEEDED = ("tokenizer.json", "model.bin", "config.json")
"A folder without `tokenizer.json` would make faster-whisper ask the hub for one."
_WANTED = (*NEEDED, "preprocessor_config.json", "vocabulary.json", "vocabulary.txt")

Progress = Callable[[int, int], None]
"Called with bytes on disk and bytes in all, about four times a second and once at the end."


def missing_files(folder: Path) -> tuple[str, ...]:
    """What a model folder lacks; empty when it is whole."""
    return tuple(name for name in NEEDED if not (folder / name).is_file())


def checked_folder(folder: Path) -> Path:
    """The folder, when it holds a whole model.

    Raises:
        InputError: no such folder, or a file is missing in it.
    """
    if not folder.is_dir():
        raise InputError(
            "语音识别模型的文件夹不存在",
            mend=f"请检查 KOUSHI_ASR 的路径，或写一个型号：{'、'.join(SIZES)}",
            file=folder,
        )
    if missing := missing_files(folder):
        raise InputError(
            f"语音识别模型不完整，缺 {'、'.join(missing)}",
            mend="需要 CTranslate2 格式的 Whisper 模型，请重新下载整个文件夹",
            file=folder,
        )
    return folder


def model_home(home: Path, size: str) -> Path:
    """Where `fetch` puts a model."""
    return home / "models" / f"faster-whisper-{size}"


def on_disk(home: Path, size: str | None = None) -> tuple[str, Path] | None:
    """Name and folder of a model that is already here; the best one when no size is named."""
    sizes = [size] if size else list(SIZES)
    for candidate in sizes:
        for folder in (model_home(home, candidate), _cached(candidate)):
            if folder is not None and folder.is_dir() and not missing_files(folder):
                return candidate, folder
    return None if size else next(_other_folders(home), None)


def _other_folders(home: Path) -> Iterator[tuple[str, Path]]:
    """Models an administrator has put into `<home>/models/` under a name of their own."""
    models = home / "models"
    for folder in sorted(models.iterdir()) if models.is_dir() else ():
        if folder.is_dir() and not missing_files(folder):
            yield folder.name, folder


def _cached(size: str) -> Path | None:
    """The folder of a model in the Hugging Face cache, looked up without the network."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(SIZES[size], "model.bin")
    return Path(found).parent if isinstance(found, str) else None


def fetch(size: str, home: Path, progress: Progress) -> Path:
    """Download a model into `<home>/models/`, from `HF_ENDPOINT` when that names a mirror.

    The download runs in a process of its own: this one stays offline (`HF_HUB_OFFLINE`), and what was
    fetched before an interruption is kept.

    Raises:
        InputError: no such size.
        ProviderError: the hub or the mirror cannot be reached, or sent something else.
    """
    if size not in SIZES:
        raise InputError(f"没有「{size}」这个型号", mend=f"可选：{'、'.join(SIZES)}")
    folder = model_home(home, size)
    folder.mkdir(parents=True, exist_ok=True)
    env = os.environ | {"HF_HUB_OFFLINE": "0", "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    command = [sys.executable, "-m", "bot.hearing_models", SIZES[size], str(folder)]
    # A pipe would stop the child once it is full, and it is read only when the child is done.
    with (
        TemporaryFile() as told,
        subprocess.Popen(  # noqa: S603 - our own module, the repository from a literal table
            command, stdout=subprocess.PIPE, stderr=told, env=env
        ) as child,
    ):
        try:
            _watch(child, folder, progress)
        except BaseException:
            child.terminate()
            raise
        failed = child.wait()
        told.seek(0)
        message = told.read()
    if failed or missing_files(folder):
        reason = message.decode("utf-8", "replace").strip().splitlines()
        raise ProviderError(
            f"语音识别模型没有下载成功：{reason[-1] if reason else '文件不完整'}",
            mend="请检查网络；国内可设 HF_ENDPOINT 为镜像地址再试，已下载的部分会保留",
            file=folder,
        )
    return folder


def _watch(child: "subprocess.Popen[bytes]", folder: Path, progress: Progress) -> None:
    """Report the bytes on disk until the child is done; its first line is the sum of the sizes."""
    first = child.stdout.readline().strip() if child.stdout else b""
    total = int(first) if first.isdigit() else 0
    while child.poll() is None:
        progress(min(_bytes_in(folder), total), total)
        time.sleep(0.25)
    if child.returncode == 0:
        progress(total, total)


def _bytes_in(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:
            continue  # a part file was renamed between listing and looking
    return total


def _download(repo: str, folder: Path) -> None:
    """The child's work."""
    from huggingface_hub import HfApi, hf_hub_download

    files = HfApi().model_info(repo, files_metadata=True).siblings or []
    wanted = {file.rfilename: file.size or 0 for file in files if file.rfilename in _WANTED}
    sys.stdout.write(f"{sum(wanted.values())}\n")
    sys.stdout.flush()
    for name in sorted(wanted, key=wanted.__getitem__):
        hf_hub_download(repo, name, local_dir=folder)


if __name__ == "__main__":
    _download(sys.argv[1], Path(sys.argv[2]))
