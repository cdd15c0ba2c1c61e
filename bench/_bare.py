"""The floor of a list: a page that does nothing but the bare query, past row security, and fill an empty template; served as the hub is."""

import sys
from threading import local

import psycopg
from flask import Flask, render_template

from hub.operating import Server

EMPTY = "<!doctype html><title>{{ rows | length }}</title>\n"


def make_app(dsn: str, query: str) -> Flask:
    """One page, `/`; a connection per thread, opened before."""
    app, held = Flask("bare"), local()
    app.jinja_loader = None
    template = app.jinja_env.from_string(EMPTY)

    @app.get("/")
    def show() -> str:
        if not hasattr(held, "connection"):
            held.connection = psycopg.connect(dsn, autocommit=True)
        return render_template(template, rows=held.connection.execute(query, prepare=True).fetchall())

    return app


class Bare(Server):
    """The hub's own gunicorn, with another application in it."""

    def load(self) -> Flask:
        """The application of one worker."""
        return make_app(*sys.argv[2:])


if __name__ == "__main__":
    bind, sys.argv[1:1] = sys.argv[1], []
    Bare(bind).run()
