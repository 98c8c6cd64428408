"""Know who signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.people.domain.person import Person
from services.people.use_cases.ports import PeopleWork


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """What the identity provider says of somebody; the gateway has verified it."""

    issuer: str
    subject: str
    display_name: str = ""
    email: str | None = None
    locale: str = "fr"


def sign_in(command: SignIn, work: PeopleWork) -> dict[str, Any]:
    """The person with this issuer and subject, known from now on if they were not."""
    person = work.persons.find(issuer=command.issuer, identity=command.subject)
    if person is None:
        person = Person.meet(
            issuer=command.issuer,
            identity=command.subject,
            display_name=command.display_name,
            email=command.email,
            locale=command.locale,
            by=work.actor,
            now=work.now,
        )
        work.persons.add(person)
    elif command.display_name:
        person.keep_up(display_name=command.display_name, email=command.email, locale=command.locale)
    return {"id": person.id, "version": person.version}
