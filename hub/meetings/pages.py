"""The pages of this room."""

from flask import Blueprint

from hub.meetings import tables

pages = Blueprint("meetings", __name__)
assert tables
