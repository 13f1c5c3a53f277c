"""The store on any S3 endpoint, through boto3. Credentials come from the usual AWS places and are never shown."""

import contextlib
import hashlib
import io
import logging
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from ghost_pipeline.errors import MissingObjectError, StorageError
from ghost_pipeline.storage.held import Scratch
from ghost_pipeline.storage.objects import ObjectInfo, check_key, explained

PART_BYTES = 16 * 2**20
"""Objects above this size go up in parts of this size, each with retries of its own."""
CONNECTIONS = 16
_ATTEMPTS = 8
"""Waiting longer after each, so that a server may be away for about half a minute."""
_ABSENT = {"404", "NoSuchKey", "NotFound"}
_TAKEN = {"412", "PreconditionFailed", "409", "ConditionalRequestConflict"}
_NOT_OFFERED = {"501", "NotImplemented"}
_CURE = "Check bucket and rights."
_CURES = {
    "NoSuchBucket": "Create the bucket, or correct GHOST_STORE.",
    "AccessDenied": "Give these credentials the right to do so.",
    "403": "Give these credentials the right to do so.",
    "InvalidAccessKeyId": "Check AWS_ACCESS_KEY_ID and GHOST_S3_ENDPOINT.",
    "SignatureDoesNotMatch": "Check AWS_SECRET_ACCESS_KEY.",
    "RequestTimeTooSkewed": "Set the clock of this machine.",
    "PermanentRedirect": "Set AWS_DEFAULT_REGION to the bucket's region.",
}
_ABANDONED_AFTER = timedelta(days=1)
"""An upload in parts that has gone on for so long belongs to a writer that was killed."""


class _RefusedError(StorageError):
    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class S3Store:
    """Objects under `s3://bucket/prefix`. S3 itself guarantees that a put is seen whole or not at all."""

    def __init__(self, url: str, endpoint: str = "", path_style: bool = True) -> None:
        bucket, _, prefix = url.removeprefix("s3://").partition("/")
        if "@" in bucket or "@" in endpoint:
            raise StorageError("the store's address holds a user or password: set AWS_ACCESS_KEY_ID and so on instead")
        if not bucket:
            raise StorageError(f"store {url!r}: expected s3://bucket or s3://bucket/prefix")
        self.url, self.bucket, self.prefix = url, bucket, prefix.strip("/")
        # At this level boto writes signed headers, session tokens among them.
        logging.getLogger("botocore").setLevel(max(logging.INFO, logging.getLogger("botocore").level))
        config = Config(
            retries={"max_attempts": _ATTEMPTS, "mode": "standard"},
            s3={"addressing_style": "path" if path_style else "auto"},
            max_pool_connections=CONNECTIONS,
            connect_timeout=10,
        )
        try:
            self.client: Any = boto3.Session().client("s3", endpoint_url=endpoint or None, config=config)
        except (BotoCoreError, ValueError) as error:
            raise StorageError(f"{url}: {error}. Check GHOST_S3_ENDPOINT and the AWS settings.") from error
        self._transfer = TransferConfig(
            multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, max_concurrency=4
        )
        with explained("make a folder in", _passing_files()):
            self._scratch = Scratch()

    def __repr__(self) -> str:
        return f"S3Store({self.url!r})"

    def _full(self, key: str) -> str:
        return f"{self.prefix}/{check_key(key)}" if self.prefix else check_key(key)

    def _call(self, key: str, method: str, **arguments: Any) -> Any:
        """Call S3, turning its errors into ours; the message names bucket and key and no credential."""
        try:
            return getattr(self.client, method)(Bucket=self.bucket, **arguments)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in _ABSENT:
                raise MissingObjectError(f"no object {key} in {self.url}") from error
            message = f"{self.url}: {method} of {key} was refused with {code}. {_CURES.get(code, _CURE)}"
            raise _RefusedError(message, code) from error
        except (BotoCoreError, Boto3Error, HTTPError) as error:
            raise StorageError(
                f"{self.url}: {method} of {key} failed: {error}. Check GHOST_S3_ENDPOINT and the network."
            ) from error

    def put(self, key: str, data: bytes) -> None:
        if len(data) <= PART_BYTES:
            self._call(key, "put_object", Key=self._full(key), Body=data, Metadata=_hashed(data))
        else:
            arguments = {"ExtraArgs": {"Metadata": _hashed(data)}, "Config": self._transfer}
            self._call(key, "upload_fileobj", Key=self._full(key), Fileobj=io.BytesIO(data), **arguments)

    def put_file(self, key: str, path: Path) -> None:
        """Big files go in parts (multipart upload), and are seen only when the last part is there."""
        with path.open("rb") as file:
            metadata = {"sha256": hashlib.file_digest(file, "sha256").hexdigest()}
        arguments = {"ExtraArgs": {"Metadata": metadata}, "Config": self._transfer}
        self._call(key, "upload_file", Key=self._full(key), Filename=str(path), **arguments)

    @contextlib.contextmanager
    def writing(self, key: str) -> Iterator[Path]:
        with explained("write", _passing_files()):
            scratch = Scratch()
            yield (path := scratch.path / "object")
        self.put_file(key, path)

    def put_if(self, key: str, data: bytes, version: str | None) -> bool:
        condition = {"IfNoneMatch": "*"} if version is None else {"IfMatch": version}
        try:
            self._call(key, "put_object", Key=self._full(key), Body=data, Metadata=_hashed(data), **condition)
        except MissingObjectError:
            return False  # It was to be replaced, but somebody removed it.
        except _RefusedError as error:
            if error.code in _TAKEN:
                # A retry of a put that had come through is refused, too; then our bytes are there.
                return self.exists(key) and self.get(key) == data
            if error.code not in _NOT_OFFERED:
                raise
            if (self.info(key).version if self.exists(key) else None) != version:
                return False
            self.put(key, data)
        return True

    def get(self, key: str) -> bytes:
        return self.get_versioned(key)[0]

    def get_versioned(self, key: str) -> tuple[bytes, str]:
        """boto retries a request, but not an answer that is cut off on its way; this does."""
        cut_off: Exception | None = None
        for _ in range(_ATTEMPTS):
            found = self._call(key, "get_object", Key=self._full(key))
            try:
                return found["Body"].read(), found["ETag"]
            except (BotoCoreError, HTTPError) as error:
                cut_off = error
        raise StorageError(f"{self.url}: {key} was cut off {_ATTEMPTS} times: {cut_off}.") from cut_off

    def open(self, key: str) -> BinaryIO:
        return io.BytesIO(self.get(key))

    def local(self, key: str) -> Path:
        path = self._scratch.path / check_key(key)
        with explained("write", path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._call(key, "download_file", Key=self._full(key), Filename=str(path), Config=self._transfer)
        return path

    def info(self, key: str) -> ObjectInfo:
        found = self._call(key, "head_object", Key=self._full(key))
        return ObjectInfo(key, found["ContentLength"], found["ETag"])

    def sha256(self, key: str) -> str:
        """As it was stored beside the object; an object that another tool put there is read and hashed."""
        noted = self._call(key, "head_object", Key=self._full(key))["Metadata"].get("sha256")
        return noted or hashlib.sha256(self.get(key)).hexdigest()

    def exists(self, key: str) -> bool:
        try:
            self.info(key)
        except MissingObjectError:
            return False
        return True

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        base = f"{self.prefix}/" if self.prefix else ""
        token: dict[str, str] = {}
        while True:
            page = self._page(prefix, Prefix=base + prefix, **token)
            for found in page.get("Contents", []):
                yield ObjectInfo(found["Key"].removeprefix(base), found["Size"], found["ETag"])
            if not page.get("IsTruncated"):
                return
            token = {"ContinuationToken": page["NextContinuationToken"]}

    def _page(self, prefix: str, **arguments: str) -> Any:
        """One answer to a listing. Where a server does not say how long its answer is, boto takes one that was cut off
        before it began for an empty one; a whole one always says whether more follows."""
        for _ in range(_ATTEMPTS):
            page = self._call(prefix, "list_objects_v2", **arguments)
            if "IsTruncated" in page:
                return page
        raise StorageError(
            f"{self.url}: the answer to a listing of {prefix!r} was cut off {_ATTEMPTS} times. "
            "Check GHOST_S3_ENDPOINT and the network."
        )

    def delete(self, key: str) -> None:
        self._call(key, "delete_object", Key=self._full(key))

    def make_bucket(self) -> bool:
        """Make the bucket in the client's region; returns False when it was there."""
        try:
            self._call("", "head_bucket")
            return False
        except MissingObjectError:
            region = self.client.meta.region_name
            place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
            self._call("", "create_bucket", **place)
            return True

    def tidy(self) -> int:
        """Ends uploads in parts that have been open for a day; nobody can see them, but they are paid for."""
        base = f"{self.prefix}/" if self.prefix else ""
        open_since = datetime.now(UTC) - _ABANDONED_AFTER
        found = self._call(base, "list_multipart_uploads", Prefix=base).get("Uploads", [])
        abandoned = [upload for upload in found if upload["Initiated"] < open_since]
        for upload in abandoned:
            self._call(upload["Key"], "abort_multipart_upload", Key=upload["Key"], UploadId=upload["UploadId"])
        return len(abandoned)


def _passing_files() -> Path:
    """Where this machine keeps files for passing use (TMPDIR)."""
    return Path(tempfile.gettempdir())


def _hashed(data: bytes) -> dict[str, str]:
    return {"sha256": hashlib.sha256(data).hexdigest()}
