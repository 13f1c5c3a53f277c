"""The one resource: the platform that the settings describe."""

from functools import cached_property

import dagster as dg

from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.settings import load_settings


class PlatformResource(dg.ConfigurableResource):
    """Opens the store, the warehouse and the rest from GHOST_* settings, in the process that needs them."""

    @cached_property
    def open(self) -> Platform:
        return Platform(load_settings())
