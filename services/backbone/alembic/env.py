"""Alembic's way in, the same for every service: its tables are found by its name."""

from importlib import import_module

from alembic import context

from services.backbone.migrations import run

run(import_module(f"services.{context.config.attributes['service']}.storage.tables").metadata)
