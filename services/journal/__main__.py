"""``python -m services.journal``: the journal until SIGTERM."""

from services.backbone.run import patch, serve

patch()

from services.journal.service import JournalService  # noqa: E402

serve(JournalService)
