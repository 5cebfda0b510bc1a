"""knowledge checks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_knowledge_checks"
down_revision = "2026_11_22_imports_by_article"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widen; fill; narrow."""
    op.create_table(
        "knowledge_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("instance", sa.String(length=64), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_checks")),
    )
    with op.batch_alter_table("knowledge_checks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_checks_started_at"), ["started_at"], unique=False)
        batch_op.create_index(
            "ix_knowledge_checks_running",
            ["state"],
            unique=True,
            sqlite_where=sa.text("state = 'running'"),
            postgresql_where=sa.text("state = 'running'"),
        )


def downgrade() -> None:
    """Go back."""
    op.drop_table("knowledge_checks")
