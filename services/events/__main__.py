"""``python -m services.events``: the events service until SIGTERM."""

from services.backbone.run import patch, serve

patch()

from services.events.service import EventsService  # noqa: E402

serve(EventsService)
