"""Helpers for logins, successful and failed."""

from zeal import zeal_ignore

INDEX, LOGIN = "/admin/", "/admin/login/"


def sign_in(client, user="editor", password="wrong", **kw):
    return client.post(LOGIN, {"username": user, "password": password, "next": INDEX}, **kw)


def sign_out(client):
    with zeal_ignore():  # Django reads the session twice to delete it
        return client.post("/admin/logout/")


def fail(client, times, **kw):
    return [sign_in(client, **kw).status_code for _number in range(times)]
