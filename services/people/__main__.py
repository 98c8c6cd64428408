"""``python -m services.people``: the people service until SIGTERM."""

from services.backbone.run import patch, serve

patch()

from services.people.service import PeopleService  # noqa: E402

serve(PeopleService)
