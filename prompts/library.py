"""The words, by name: what the rest of the product asks for when it speaks."""

from importlib.resources import files
from pathlib import Path

from prompts.document import Finding
from prompts.pages import read_dials, read_instructions
from prompts.sections import PLAIN_TONE
from prompts.shelf import PromptError, Shelf
from prompts.texts import Text, read_text

__all__ = ["PromptError", "Prompts", "own_folder"]


class Prompts:
    """Texts, instructions and dial defaults from a folder.

    A file changed on disk is used from the next call on; one that became unusable is reported
    as `prompts.broken`, and its last good version stays in use.
    """

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or own_folder()
        self._texts = Shelf(folder / "texts", "text", read_text, fits=_asks_no_more)
        self._instructions = Shelf(folder / "instructions", "instructions", read_instructions)
        self._dials = Shelf(folder / "dials", "dial defaults", read_dials)

    def render(self, name: str, language: str, /, *, tone: str = PLAIN_TONE, **values: str) -> str:
        """Say one text in a language ("sw", "sw-KE") and tone, English where it is not spoken.

        Values arrive ready for people to read and are never interpreted; those the text does not
        use are ignored, so a product person may drop a placeholder without a developer.
        Raises PromptError for an unknown name or a missing value.
        """
        text = self._texts.get(name)
        missing = [key for key in text.placeholders if key not in values]
        if missing:
            raise PromptError(f"text {name!r} needs a value for {', '.join(missing)}")
        return text.section(language, tone).template.render(values)

    def instructions(self, name: str) -> str:
        """Give the instructions of one agent; raises PromptError."""
        return self._instructions.get(name).body

    def dial_defaults(self, vertical: str) -> dict[str, str]:
        """Give the six dials a business of this vertical inherits; raises PromptError."""
        return dict(self._dials.get(vertical).front)

    def texts(self) -> list[Text]:
        """Give every text of the folder, by name; raises PromptError for one never readable."""
        return [self._texts.get(name) for name in self._texts.names()]

    def text(self, name: str) -> Text:
        """Give one text as it is written; raises PromptError."""
        return self._texts.get(name)


def own_folder() -> Path:
    """Find the words shipped with the package."""
    return Path(str(files("prompts")))


def _asks_no_more(old: Text, new: Text) -> list[Finding]:
    """Keep the old words if the new ones need a value that the running code does not supply."""
    return [
        Finding(1, f"{{{key}}} is new here: the running version does not supply it")
        for key in new.placeholders
        if key not in old.placeholders
    ]
