"""The shapes of a guest's conversation. Money is integer minor units, with words beside it."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic.json_schema import SkipJsonSchema

from app.http.channel import LONGEST
from jirani.services.choices import ChoiceKind, Style

Words = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST, pattern=r"[^\s\x00]"),
    AfterValidator(lambda text: text.replace("\x00", "")),  # PostgreSQL keeps no such character
]
ButtonId = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,120}$")]


class BusinessProfile(BaseModel):
    """What anybody may know of a business."""

    slug: str = Field(examples=["demo"])
    name: str = Field(examples=["Jacaranda Salon"])
    zone: str = Field(description="IANA time zone.", examples=["Africa/Nairobi"])
    currency: str = Field(description="ISO 4217.", examples=["KES"])
    locale: str = Field(examples=["en"])
    languages: list[str] = Field(examples=[["en", "sw"]])
    suggestions: dict[str, list[str]] = Field(
        description="First things to write, by language.",
        examples=[{"en": ["Book Manicure tomorrow at 2"], "sw": ["Mna huduma gani?"]}],
    )


class Message(BaseModel):
    """One message; its text is plain text, never markup."""

    id: str = Field(description="Also a cursor.", examples=["01KAXJ6V0C8Z5Q3M7N2P4R6T8V.3"])
    author: Literal["guest", "agent", "person"]
    text: str = Field(examples=["hi, can I get a manicure tomorrow at 2?"])
    at: datetime
    language: str | None = Field(default=None, examples=["en"])
    key: str | None = Field(default=None, description="The idempotency key it was sent with.")


class Choice(BaseModel):
    """A button under the newest message; its id names what it answers."""

    id: str = Field(examples=["offer:01KAXJ6V0C8Z5Q3M7N2P4R6T8V:yes"])
    kind: ChoiceKind
    label: str = Field(examples=["Yes, add it"])
    style: Style
    about: str | None = Field(default=None, description="The offer or proposal it answers.")


class Booking(BaseModel):
    """An appointment of this conversation's guest."""

    id: str
    service: str = Field(examples=["Manicure"])
    staff: str = Field(examples=["Amina"])
    start: datetime
    end: datetime
    when: str = Field(examples=["Sunday 22 November at 14:00"])
    price: int = Field(description="Minor units.", examples=[120000])
    currency: str = Field(examples=["KES"])
    price_text: str = Field(examples=["KES 1,200"])
    status: str = Field(examples=["confirmed"])
    payment: Literal["none", "due", "paid", "at_venue"] = Field(description="How it is paid.")
    status_text: str = Field(examples=["Waiting for payment"])


class Payment(BaseModel):
    """The newest payment of this conversation."""

    id: str
    amount: int = Field(description="Minor units.", examples=[270000])
    currency: str = Field(examples=["KES"])
    amount_text: str = Field(examples=["KES 2,700"])
    status: str = Field(examples=["pending"])
    status_text: str = Field(examples=["Payment request sent"])


class State(BaseModel):
    """Everything beside the messages; replaces what was known before."""

    language: str = Field(examples=["en"])
    choices: list[Choice]
    bookings: list[Booking]
    payment: Payment | None
    answering: bool = Field(description="The newest message of the guest has no answer yet.")
    with_person: bool = Field(description="A person of the business has the conversation.")


class Thread(State):
    """A conversation as its guest sees it."""

    id: str = Field(examples=["8f14e45fceea167a5a36dedd4bea2543c0ffee00"])
    business: BusinessProfile
    messages: list[Message] = Field(description="Oldest first, the newest 200.")
    cursor: str = Field(description="Where to go on reading events; empty at the beginning.")


class NewThread(Thread):
    """A conversation just begun; `token` is its key and is told only here."""

    token: str = Field(examples=["jt_Zk3vM0v2sYcXqO8lW1uR5tE7yN9bA4dF6gH8jK0lP2o"])


class NewMessage(BaseModel):
    """What a guest says: words, or the id of a button."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"oneOf": [{"required": ["text"]}, {"required": ["choice"]}]},
    )

    text: Words | SkipJsonSchema[None] = Field(
        default=None, examples=["hi, can I get a manicure tomorrow at 2?"]
    )
    choice: ButtonId | SkipJsonSchema[None] = Field(
        default=None,
        description="The id of a pressed button, in place of text.",
        examples=["offer:01KAXJ6V0C8Z5Q3M7N2P4R6T8V:yes"],
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if len(self.model_fields_set) != 1 or self.text is self.choice:
            raise ValueError("send either text or choice")
        return self


class Posted(BaseModel):
    """A message that is stored; its answer comes over the events."""

    message: Message
