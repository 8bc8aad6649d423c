"""What lies in the storage of uploaded files."""

from django.core.files.storage import default_storage


def bytes_kept() -> list[str]:
    """Every file there is in the storage, in whatever folder."""
    folders, files = default_storage.listdir("")
    return files + [f"{folder}/{name}" for folder in folders for name in default_storage.listdir(folder)[1]]
