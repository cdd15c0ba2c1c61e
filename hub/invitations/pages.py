"""The pages of this room."""

from flask import Blueprint

from hub.invitations import tables

pages = Blueprint("invitations", __name__)
assert tables
