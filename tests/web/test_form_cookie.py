"""The cookie behind the form guard costs nothing where there is no form."""

from flask import Flask, session
from flask.sessions import SecureCookieSession

from idp.web.form_cookie import FormCookie, LateSession


def app_with_a_counter():
    app = Flask(__name__)
    app.config["SECRET_KEY"] = b"k" * 32
    app.session_interface = FormCookie()

    @app.get("/count")
    def count():
        session["seen"] = session.get("seen", 0) + 1
        return str(session["seen"])

    @app.get("/plain")
    def plain():
        return "plain"

    return app.test_client()


def test_what_is_written_is_found_again():
    browser = app_with_a_counter()

    said = [browser.get("/count").text for _ in range(3)]

    assert said == ["1", "2", "3"]


def test_who_does_not_ask_neither_reads_nor_writes_the_cookie():
    browser = app_with_a_counter()
    browser.get("/count")

    reply = browser.get("/plain")

    assert "Set-Cookie" not in reply.headers
    assert "Vary" not in reply.headers
    assert browser.get("/count").text == "2"


def test_a_forged_cookie_counts_as_none():
    browser = app_with_a_counter()
    browser.set_cookie("session", "eyJzZWVuIjo5fQ.aaaaaa.forged")

    assert browser.get("/count").text == "1"


def test_the_cookie_is_opened_once_and_not_before_somebody_looks():
    openings = []

    def open_cookie():
        openings.append("opened")
        return SecureCookieSession({"seen": 1})

    late = LateSession(open_cookie)
    before = list(openings)
    late["seen"] += 1

    assert (before, openings, late["seen"]) == ([], ["opened"], 2)
