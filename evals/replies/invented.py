"""The replies written for this project, put to questions they could answer."""

from importlib.resources import files

from evals.replies.rows import LABELS, Row

FILE = "invented.txt"
QUESTIONS = 3  # a reply is put to so many of its section's


def invented(text: str | None = None) -> list[Row]:
    """Return the replies of invented.txt, each with some of the questions of its section."""
    section, label, asked, rows = "", "", [""], []
    questions: list[str] = []
    count = 0
    for line in (text or written()).splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            section, questions, count = line.strip("[]"), [], 0
        elif line.startswith("> "):
            questions.append(line[2:])
        elif line.removesuffix(":") in LABELS:
            label = line.removesuffix(":")
        else:
            asked = questions or [""]
            chosen = {asked[(count * QUESTIONS + n) % len(asked)] for n in range(QUESTIONS)}
            count += 1
            rows += [_row(section, label, line, each) for each in sorted(chosen)]
    return rows


def written() -> str:
    """Return the file as it is."""
    return files(__package__).joinpath(FILE).read_text("utf-8")


def _row(section: str, label: str, reply: str, question: str) -> Row:
    # A reply is one dialogue: whoever is tested on it must not have been trained on it.
    known = next(each for each in LABELS if each == label)
    return Row(
        id=f"invented-{section}-{reply}",
        user=reply,
        system=question,
        kind=f"invented_{section}",
        label=known,
        dialogue=f"invented {reply}",
        service=f"Invented{len(reply) * 7 % 40}_{section}",
    )
