"""Messages on their way out, and what people want to be told."""

from alembic import op

revision = "0013"
down_revision = "0012"

UP = ""

DOWN = ""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
