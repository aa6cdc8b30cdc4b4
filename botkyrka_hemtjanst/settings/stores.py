"""Store of files in S3-compatible object storage, by django-storages."""

from typing import Any

import environ


def s3_store(bucket: str, env: environ.Env) -> dict[str, Any]:
    # Loads botocore only where it is used.
    from botocore.config import Config

    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": env("S3_ENDPOINT", default=None),
            "region_name": env("S3_REGION", default="us-east-1"),
            "access_key": env("S3_ACCESS_KEY"),
            "secret_key": env("S3_SECRET_KEY"),
            # The same content again after a killed worker, under the same name.
            "file_overwrite": True,
            "client_config": Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                connect_timeout=5,
                read_timeout=60,
                retries={"max_attempts": 3, "mode": "standard"},
                # Checksums that stores other than AWS do not know.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        },
    }
