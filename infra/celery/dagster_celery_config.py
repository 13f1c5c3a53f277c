"""What `celery --app dagster_celery.app worker` reads: the broker from the environment, where secrets belong."""

import os

broker_url = os.environ["DAGSTER_REDIS_URL"]
task_ignore_result = True  # what became of a run stands in PostgreSQL
worker_prefetch_multiplier = 1
worker_disable_prefetch = True  # a run waits in the queue for a free worker, not behind a training
broker_connection_retry_on_startup = True
broker_connection_max_retries = None  # a worker waits for its broker for as long as it takes
