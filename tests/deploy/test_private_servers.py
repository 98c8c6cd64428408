from collections.abc import Callable

import amqp
import psycopg
import pytest

from deploy.local.servers import plain


def broker(url: str) -> amqp.Connection:
    user, rest = url.removeprefix("amqp://").split(":", 1)
    password, rest = rest.split("@", 1)
    host, vhost = rest.split("/", 1)
    return amqp.Connection(host=host, userid=user, password=password, virtual_host=vhost)


def test_each_new_database_is_empty_and_apart_from_the_others(new_database: Callable[[str], str]) -> None:
    first, second = new_database("incubator"), new_database("incubator")
    with psycopg.connect(plain(first)) as connection:
        connection.execute("create table things (name text)")
    with psycopg.connect(plain(second)) as connection:
        assert connection.execute("select to_regclass('things')").fetchone() == (None,)


def test_the_server_has_the_extensions_that_search_needs(new_database: Callable[[str], str]) -> None:
    with psycopg.connect(plain(new_database("search"))) as connection:
        connection.execute("create extension unaccent")
        connection.execute("create extension pg_trgm")
        assert connection.execute("select lower(unaccent('Évian'))").fetchone() == ("evian",)


def test_a_message_goes_through_the_broker_and_stays_within_its_virtual_host(
    amqp_url: str, new_vhost: Callable[[str], str]
) -> None:
    with broker(amqp_url) as here, broker(new_vhost("elsewhere")) as elsewhere:
        for connection in (here, elsewhere):
            connection.channel(1).queue_declare("letters", auto_delete=False)
        here.channel(1).basic_publish(amqp.Message("bonjour"), routing_key="letters")
        assert elsewhere.channel(1).basic_get("letters") is None
        assert here.channel(1).basic_get("letters", no_ack=True).body == "bonjour"


def test_the_broker_knows_no_guest(broker_url: str) -> None:
    address = broker_url.rsplit("@", 1)[1].split("/")[0]
    with pytest.raises(amqp.exceptions.AccessRefused):
        amqp.Connection(host=address, userid="guest", password="guest").connect()
