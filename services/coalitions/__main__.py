"""``python -m services.coalitions``: the coalitions service until SIGTERM."""

from services.backbone.run import patch, serve

patch()

from services.coalitions.service import CoalitionsService  # noqa: E402

serve(CoalitionsService)
