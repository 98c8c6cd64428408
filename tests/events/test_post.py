"""The whole way of a letter: events asks people for the address, a mail server takes it, one click ends it."""

from __future__ import annotations

import json
import queue
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from joserfc.jwk import OKPKey

from deploy.local import settings
from deploy.local.keys import make_pair
from deploy.local.plan import Plan
from deploy.local.ports import free_ports
from services.backbone.asking import Asking
from services.backbone.migrations import upgrade
from services.backbone.passports import passport_of_service
from services.events.post.address_book import PeopleService
from services.events.post.senders import NotSent
from tests.events.mailing import Mailbox, mail_server
from tests.running import Caller, Keys, Process, running


@dataclass
class Network:
    """People and events, as processes, with a mail server and the gateway's pages."""

    broker: str
    caller: Caller
    mailbox: Mailbox
    gateway: str
    events_key: Path
    people: Process

    def person(self, name: str, locale: str, email: str | None) -> str:
        told = {"issuer": "https://id.example", "subject": uuid4().hex, "display_name": name, "locale": locale}
        return str(self.caller.value("people.sign_in", email=email, **told)["id"])

    def event(self, **more: Any) -> str:
        starts_at = datetime.now(UTC) + timedelta(days=10)
        named = {"kind": "MEETUP", "title": "Café des âges", "mode": "ONLINE", "organisers": [str(uuid4())]}
        ends_at = starts_at + timedelta(hours=2)
        made = self.caller.value("events.schedule_event", starts_at=starts_at, ends_at=ends_at, **named, **more)
        self.caller.value("events.publish_event", event=made["id"])
        return str(made["id"])

    def registers(self, person: str, event: str) -> str:
        passport = self.caller.keys.passport("PERSON", person)
        return str(self.caller.call("events.register", passport=passport, event=event)["result"]["value"]["id"])

    def letter(self) -> EmailMessage:
        return self.mailbox.came.get(timeout=30)


@pytest.fixture(scope="module")
def network(
    new_database: Callable[[str], str], new_vhost: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Network]:
    folder, broker = tmp_path_factory.mktemp("post"), new_vhost("post")
    private = folder / "passport.pem"
    make_pair(private, folder / "passport.pub")
    make_pair(folder / "events.pem", folder / "services" / "events.pub.pem")
    keys = Keys(folder / "passport.pub", OKPKey.import_key(private.read_text()))
    [port] = free_ports(1)
    gateway = f"http://127.0.0.1:{port}"
    common = {"MAILLAGE_AMQP_URL": broker, "MAILLAGE_PASSPORT_PUBLIC_KEY": keys.public}
    with ExitStack() as stack:
        mailbox = stack.enter_context(mail_server())
        own = {
            "people": {"MAILLAGE_SERVICE_KEYS": folder / "services"},
            "events": {
                "MAILLAGE_SMTP_URL": mailbox.url,
                "MAILLAGE_MAIL_FROM": "Maillage <bonjour@maillage.example>",
                "MAILLAGE_PUBLIC_URL": gateway,
                "MAILLAGE_SERVICE_KEY": folder / "events.pem",
            },
        }
        processes = {}
        for service, told in own.items():
            database = new_database(service)
            upgrade(service, database)
            own_settings = {**common, **told, "MAILLAGE_DATABASE_URL": database}
            processes[service] = stack.enter_context(running(f"services.{service}", ready="started", **own_settings))
        stack.enter_context(
            running(
                "gateway",
                ready="broker_connected",
                MAILLAGE_AMQP_URL=broker,
                MAILLAGE_PASSPORT_PRIVATE_KEY=private,
                MAILLAGE_ISSUER_URL="http://127.0.0.1:1",
                MAILLAGE_GATEWAY_PORT=port,
            )
        )
        caller = Caller(broker, keys)
        yield Network(broker, caller, mailbox, gateway, folder / "events.pem", processes["people"])
        caller.close()


def test_each_is_written_to_once_at_their_address_and_in_their_language(network: Network) -> None:
    event = network.event(capacity=1)
    readers = {"paul@exemple.org": "fr-FR", "anna@example.org": "en", "bruno@exemple.org": "fr"}
    seats = [network.registers(network.person("X", locale, address), event) for address, locale in readers.items()]
    letters = {str(one["to"]): one for one in (network.letter() for _ in seats)}
    assert {address: str(one["content-language"]) for address, one in letters.items()} == {
        "paul@exemple.org": "fr",
        "anna@example.org": "en",
        "bruno@exemple.org": "fr",
    }
    assert letters["paul@exemple.org"]["subject"] == "Votre place est confirmée : Café des âges"
    assert letters["anna@example.org"]["subject"] == "You are on the waiting list: Café des âges"
    assert network.gateway + "/events/cafe-des-ages" in letters["paul@exemple.org"].get_content()
    network.caller.value("events.cancel_event", event=event, reason="Il pleut trop.")
    assert {str(network.letter()["to"]) for _ in seats} == set(readers)
    with pytest.raises(queue.Empty):
        network.mailbox.came.get_nowait()
    assert len({one["message-id"] for one in network.mailbox.messages}) == 2 * len(readers)


def test_one_click_ends_letters_of_that_kind(network: Network) -> None:
    """As a mail program does it (RFC 8058): a POST of one line to the address in the header, nothing else."""
    person = network.person("Lise", "fr", "lise@exemple.org")
    network.registers(person, network.event())
    letter = network.letter()
    assert letter["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    address = letter["list-unsubscribe"].strip("<>")
    assert address.startswith(network.gateway + "/notices/unsubscribe?")
    assert address in letter.get_content()
    with httpx.Client(trust_env=False) as program:
        assert '<form method="post"' in program.get(address).text
        done = program.post(address, data={"List-Unsubscribe": "One-Click"})
        assert (done.status_code, done.is_redirect) == (200, False)
    second = network.event()
    network.registers(person, second)
    network.caller.value("events.cancel_event", event=second, reason="Il pleut trop.")
    assert network.letter()["subject"] == "Annulé : Café des âges", "the other kinds still come"


def test_only_the_events_service_is_told_addresses(network: Network, tmp_path: Path) -> None:
    person = network.person("Zoé", "fr", "zoe@exemple.org")
    own = OKPKey.import_key(network.events_key.read_text())
    keys = network.caller.keys
    body = json.dumps({"args": [], "kwargs": {"request": {"ids": [person]}}})

    def answered(passport: str, method: str = "people.contacts_by_ids") -> str:
        sent = network.caller.send(method, body, headers={"nameko.passport": passport})
        reply = network.caller.reply(sent)
        return str(reply["error"]["exc_type"] if reply["error"] else reply["result"])

    for passport, code in (
        (keys.passport(), "FORBIDDEN"),
        (keys.passport("PERSON", person, roles=["ADMIN"]), "FORBIDDEN"),
        (keys.passport("ANONYMOUS"), "UNAUTHENTICATED"),
        (passport_of_service("events", OKPKey.generate_key("Ed25519")), "UNAUTHENTICATED"),
        (passport_of_service("coalitions", own), "UNAUTHENTICATED"),
        (passport_of_service("events", keys.key), "UNAUTHENTICATED"),
    ):
        assert answered(passport) == code
    assert "zoe@exemple.org" in answered(passport_of_service("events", own))
    assert answered(passport_of_service("events", own), "people.viewer") == "UNAUTHENTICATED"
    assert answered(passport_of_service("events", own), "events.events_by_ids") == "UNAUTHENTICATED"


def test_who_has_no_address_is_not_found_and_nobody_answering_is_a_letter_to_try_again(
    network: Network,
) -> None:
    nowhere = network.person("Noé", "fr", None)
    somewhere = network.person("Eva", "en", "eva@exemple.org")
    book = PeopleService(Asking(network.broker, "events", network.events_key))
    found = book.contacts({UUID(nowhere), UUID(somewhere), uuid4()})
    assert [(str(one), contact.address, contact.language) for one, contact in found.items()] == [
        (somewhere, "eva@exemple.org", "en")
    ]
    away = Asking("amqp://nobody:x@127.0.0.1:1/", "events", network.events_key)
    with pytest.raises(NotSent) as unanswered:
        PeopleService(away).contacts({uuid4()})
    assert unanswered.value.for_good is False
    assert network.people.is_alive()


def test_make_up_tells_the_events_service_of_a_mail_server_and_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = Plan(settings.read_or_make(tmp_path), tmp_path)
    assert "MAILLAGE_SMTP_URL" not in plan.service_environment("events"), "letters go into the log"
    assert plan.service_environment("events")["MAILLAGE_PUBLIC_URL"] == plan.url
    monkeypatch.setenv("MAILLAGE_SMTP_URL", "smtp://127.0.0.1:1025")
    told = [name for name in settings.SERVICES if "MAILLAGE_SMTP_URL" in plan.service_environment(name)]
    assert told == ["events"]
    answering = [name for name in settings.SERVICES if "MAILLAGE_SERVICE_KEYS" in plan.service_environment(name)]
    assert answering == ["people"]
