"""The pages of this room."""

from flask import Blueprint

from hub.agendas import tables

pages = Blueprint("agendas", __name__)
assert tables
