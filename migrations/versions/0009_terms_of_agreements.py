"""An agreement that is followed by a newer version holds until the day before: its term may be made shorter."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute("GRANT UPDATE (valid) ON hub.policy_pair TO hub_clerk")


def downgrade() -> None:
    op.execute("REVOKE UPDATE (valid) ON hub.policy_pair FROM hub_clerk")
