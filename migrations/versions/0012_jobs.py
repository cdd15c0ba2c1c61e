"""Jobs that the hub does by itself: the ledger, its attempts, and the pulse of the clocks."""

from alembic import op

revision = "0012"
down_revision = "0011"

UP = ""

DOWN = ""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
