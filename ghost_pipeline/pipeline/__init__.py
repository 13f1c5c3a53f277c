"""The steps of the main job: each composes the rooms for one asset. Knows the store and the models, and no Dagster."""
