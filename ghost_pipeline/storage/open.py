"""Opens the store that the settings name."""

from pathlib import Path

from ghost_pipeline.settings import Settings
from ghost_pipeline.storage.objects import FolderStore, Store


def open_store(settings: Settings, url: str = "") -> Store:
    """A folder store, or S3 for an s3:// address; `url` names another place than the settings do.

    boto3 is imported only when it is needed.
    """
    url = url or settings.store_url
    if url.startswith("s3://"):
        from ghost_pipeline.storage.s3 import S3Store

        return S3Store(url, settings.s3_endpoint, settings.s3_path_style)
    return FolderStore(Path(url))
