"""imports by article."""

from alembic import op

revision = "2026_11_22_imports_by_article"
down_revision = "2026_11_22_who_handed_it_in"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widen; fill; narrow."""
    op.create_index("ix_import_rows_article", "import_rows", ["article_id", "locale"])


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_import_rows_article", table_name="import_rows")
