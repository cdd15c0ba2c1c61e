"""Monthly collections: gatherings, statements, editions and their lines."""

from alembic import op

revision = "0014"
down_revision = "0013"

UP = ""

DOWN = ""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
