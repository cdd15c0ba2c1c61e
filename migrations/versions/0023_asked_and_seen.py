"""
When a reporter was asked, beside when that was written down; and a receipt at the giver for every file that a recipient takes along.

The evidence of a consent (AVG art. 7 lid 1) is who was asked, how and when. A consent may be written down days after the talk, so the
day of the asking stands in a column of its own; where nobody told it, it is empty and means the day it was written down.
"""

from alembic import op

revision = "0023"
down_revision = "0022"

UP = """
ALTER TABLE hub.consent ADD COLUMN asked_on date;
ALTER TABLE hub.disclosure DROP CONSTRAINT disclosure_outlet_check,
  ADD CONSTRAINT disclosure_outlet_check CHECK (outlet IN ('list', 'page', 'command', 'collection', 'export'));
"""

DOWN = """
ALTER TABLE hub.disclosure DROP CONSTRAINT disclosure_outlet_check,
  ADD CONSTRAINT disclosure_outlet_check CHECK (outlet IN ('list', 'page', 'command', 'collection')) NOT VALID; -- receipts that are there stay
ALTER TABLE hub.consent DROP COLUMN asked_on;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
