"""What may be written above a service's methods: command, query, reaction, job."""

from services.backbone.entrypoints.jobs import job
from services.backbone.entrypoints.letterbox import reaction
from services.backbone.entrypoints.rpc import command, query

__all__ = ["command", "job", "query", "reaction"]
