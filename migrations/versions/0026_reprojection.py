"""The list of work that changed agreements leave tells how far it is and what changed; who stops one notes there what was taken away."""

from alembic import op

revision = "0026"
down_revision = "0025"

UP = """
ALTER TABLE hub.reprojection ADD COLUMN closed_at timestamptz, ADD COLUMN rows_changed int NOT NULL DEFAULT 0,
  ADD CONSTRAINT reprojection_closed_check CHECK (done_at IS NULL OR closed_at IS NOT NULL OR NOT narrowing);
GRANT UPDATE (closed_at, rows_changed) ON hub.reprojection TO hub_clerk;
GRANT INSERT ON hub.reprojection TO hub_app;
"""

DOWN = """
REVOKE INSERT ON hub.reprojection FROM hub_app;
ALTER TABLE hub.reprojection DROP COLUMN closed_at, DROP COLUMN rows_changed;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
