"""What languages are called, in French and in English: those that gatherings here are held in."""

from __future__ import annotations

#: By their codes of ISO 639, as CLDR names them.
NAMES = {
    "ar": ("arabe", "Arabic"),
    "br": ("breton", "Breton"),
    "ca": ("catalan", "Catalan"),
    "co": ("corse", "Corsican"),
    "de": ("allemand", "German"),
    "el": ("grec", "Greek"),
    "en": ("anglais", "English"),
    "es": ("espagnol", "Spanish"),
    "eu": ("basque", "Basque"),
    "fa": ("persan", "Persian"),
    "fr": ("français", "French"),
    "fsl": ("langue des signes française", "French Sign Language"),
    "it": ("italien", "Italian"),
    "ja": ("japonais", "Japanese"),
    "nl": ("néerlandais", "Dutch"),
    "oc": ("occitan", "Occitan"),
    "pl": ("polonais", "Polish"),
    "ps": ("pachto", "Pashto"),
    "pt": ("portugais", "Portuguese"),
    "rcf": ("créole réunionnais", "Réunion Creole"),
    "ro": ("roumain", "Romanian"),
    "ru": ("russe", "Russian"),
    "tr": ("turc", "Turkish"),
    "uk": ("ukrainien", "Ukrainian"),
    "zh": ("chinois", "Chinese"),
}


def language_name(code: str, language: str) -> str:
    """``fr`` is French in English; a code that has no name here stays itself. ``fr-CA`` is called as ``fr`` is."""
    names = NAMES.get(code.lower().split("-")[0])
    return code if names is None else names[0 if language == "fr" else 1]
