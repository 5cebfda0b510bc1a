"""who handed it in."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_who_handed_it_in"
down_revision = "2026_11_22_turn_tries"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widen; fill; narrow."""
    with op.batch_alter_table("article_translations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("submitted_by_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("article_translations", schema=None) as batch_op:
        batch_op.drop_column("submitted_by_id")
