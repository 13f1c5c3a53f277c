"""Makes the bucket that GHOST_STORE names, when it is not there; for an S3-compatible server that starts empty."""

from ghost_pipeline.settings import load_settings
from ghost_pipeline.storage.open import open_store
from ghost_pipeline.storage.s3 import S3Store


def main() -> None:
    """Raises SystemExit when GHOST_STORE is no s3:// address."""
    store = open_store(load_settings())
    if not isinstance(store, S3Store):
        raise SystemExit(f"GHOST_STORE is {store.url}: expected s3://bucket/prefix. Set it in infra/.env.")
    made = store.make_bucket()
    print(f"{store.bucket}: {'made' if made else 'was there'}")


if __name__ == "__main__":
    main()
