"""The record: objects in a folder or on S3, tables in partitions, models as artifacts. Only this room knows boto3."""
