"""The pages of this room."""

from flask import Blueprint

from hub.agreements import tables

pages = Blueprint("agreements", __name__)
assert tables
