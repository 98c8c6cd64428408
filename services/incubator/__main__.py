"""``python -m services.incubator``: the incubator service until SIGTERM."""

from services.backbone.run import patch, serve

patch()

from services.incubator.service import IncubatorService  # noqa: E402

serve(IncubatorService)
