"""What the journal tells: only that it names a person no more."""

from __future__ import annotations

from services.backbone.erasure import PersonErasedIn as PersonErasedIn
