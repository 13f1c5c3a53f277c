"""What `celery --app dagster_celery.app worker` reads: the broker from the environment, where secrets belong."""

import os

broker_url = os.environ["DAGSTER_REDIS_URL"]
result_backend = broker_url
worker_prefetch_multiplier = 1  # a run waits in the queue for a free worker, not behind a training
broker_connection_retry_on_startup = True
