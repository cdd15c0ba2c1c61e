"""Contact proposals between two partners, and dates that must not pass unseen."""

from alembic import op

revision = "0015"
down_revision = "0014"

UP = ""

DOWN = ""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
