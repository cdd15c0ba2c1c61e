"""The pages of this room."""

from flask import Blueprint

from hub.consultations import tables

pages = Blueprint("consultations", __name__)
assert tables
