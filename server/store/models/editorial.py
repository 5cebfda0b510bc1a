"""What editors work with besides articles: imports, judged queries, contributions, tasks, findings, audits."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.store.base import Table
from server.store.models.articles import ARTICLE_ID, LOCALE, PERSON


class ArticleImport(Table):
    """One import: uploaded, read, dry-run, and then done row by row, so that it can go on where it was cut off."""

    __tablename__ = "article_imports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    format: Mapped[str] = mapped_column(String(24))
    """markdown, html, csv, jsonl, zendesk, chatwoot."""
    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(16))
    """reading, checked (the dry run is done), running, done, cancelled, failed."""
    options: Mapped[dict[str, Any]]
    report: Mapped[dict[str, Any]]
    """Counts by outcome, and what was wrong with the file as a whole."""
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    instance: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    by_id: Mapped[UUID | None]
    by: Mapped[str] = mapped_column(PERSON)
    at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ImportRow(Table):
    """One article of an import, what would become of it, and what did."""

    __tablename__ = "import_rows"
    __table_args__ = (Index("ix_import_rows_article", "article_id", "locale"),)

    import_id: Mapped[UUID] = mapped_column(ForeignKey("article_imports.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(400))
    """File and line, or row."""
    article_id: Mapped[str | None] = mapped_column(ARTICLE_ID)
    locale: Mapped[str | None] = mapped_column(LOCALE)
    data: Mapped[dict[str, Any]]
    would: Mapped[str] = mapped_column(String(16))
    """create, change, keep (nothing new), skip (edited here since), broken."""
    outcome: Mapped[str | None] = mapped_column(String(16))
    detail: Mapped[str] = mapped_column(Text, default="")


class JudgedQuery(Table):
    """A question with the answers that it should find; the yardstick of every release."""

    __tablename__ = "judged_queries"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    history: Mapped[list[str]]
    locale: Mapped[str] = mapped_column(LOCALE)
    region: Mapped[str | None] = mapped_column(String(8))
    account: Mapped[str | None] = mapped_column(String(64))
    audience: Mapped[list[str]]
    expected: Mapped[list[Any]]
    """`{article_id, heading: str | null, grade: 1..3}`; empty = there is no answer and the search should say so."""
    source: Mapped[str] = mapped_column(String(24))
    """manual, conversation, import, help."""
    conversation_id: Mapped[UUID | None]
    message_id: Mapped[UUID | None]
    note: Mapped[str] = mapped_column(Text, default="")
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    by: Mapped[str] = mapped_column(PERSON)
    at: Mapped[datetime]
    updated_at: Mapped[datetime]


class WorkbenchRun(Table):
    """The judged queries asked of one release or draft, with every row, so that two runs can be compared."""

    __tablename__ = "workbench_runs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    release: Mapped[str] = mapped_column(String(40))
    subject: Mapped[dict[str, Any]]
    """What was measured besides the release: `{article_id, locale, revision}` of a draft, or empty."""
    figures: Mapped[dict[str, Any]]
    rows: Mapped[list[Any]]
    by: Mapped[str] = mapped_column(PERSON)
    at: Mapped[datetime] = mapped_column(index=True)


class Contribution(Table):
    """What an agent proposes: a fix to an article, or an article that is missing."""

    __tablename__ = "contributions"
    __table_args__ = (Index("ix_contributions_state_due_at", "state", "due_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    """fix, new."""
    state: Mapped[str] = mapped_column(String(16))
    """open, accepted, published, declined."""
    article_id: Mapped[str | None] = mapped_column(ARTICLE_ID)
    locale: Mapped[str] = mapped_column(LOCALE)
    revision: Mapped[int | None]
    """The revision that was wrong; the one that came of it stands in `became`."""
    title: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    similar: Mapped[list[Any]]
    """Near duplicates shown to the author when it was sent: `{article_id, locale, title, likeness}`."""
    conversation_id: Mapped[UUID | None]
    message_id: Mapped[UUID | None]
    by_id: Mapped[UUID] = mapped_column(index=True)
    by: Mapped[str] = mapped_column(PERSON)
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(PERSON)
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)
    became: Mapped[dict[str, Any] | None]
    """`{article_id, locale, revision, release}` of what came of it."""


class StaffNotice(Table):
    """Something that one person should know; seen once they looked."""

    __tablename__ = "staff_notices"
    __table_args__ = (Index("ix_staff_notices_agent_id_seen_at", "agent_id", "seen_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agent_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(48))
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]


class AskedQuestion(Table):
    """A question that the knowledge base was asked and how well it could answer, private details masked."""

    __tablename__ = "asked_questions"
    __table_args__ = (Index("ix_asked_questions_confident_at", "confident", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(16))
    """bot, desk (suggestions), agent (asked in the desk), help."""
    conversation_id: Mapped[UUID | None]
    message_id: Mapped[UUID | None]
    account: Mapped[str | None] = mapped_column(String(64))
    locale: Mapped[str] = mapped_column(LOCALE)
    region: Mapped[str | None] = mapped_column(String(8))
    intent: Mapped[str | None] = mapped_column(String(64))
    """The workflow step: the bot's intent of the message."""
    text: Mapped[str] = mapped_column(Text)
    release: Mapped[str | None] = mapped_column(String(40))
    score: Mapped[float] = mapped_column(Float)
    confident: Mapped[bool]
    article_id: Mapped[str | None] = mapped_column(ARTICLE_ID)
    """What was found first."""


class KnowledgeFinding(Table):
    """Something about the knowledge base that a person should look at; found again, it is the same row."""

    __tablename__ = "knowledge_findings"
    __table_args__ = (Index("ix_knowledge_findings_state_weight", "state", "weight"),)

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    """Kind and subject, for instance `duplicate:return-policy.en:returns.en`."""
    kind: Mapped[str] = mapped_column(String(32))
    """gap, stale, overdue_review, duplicate, contradiction, unused, dismissed, unhelpful, outdated_translation,
    failed_audit."""
    state: Mapped[str] = mapped_column(String(16))
    """open, tasked, ignored, gone."""
    weight: Mapped[float] = mapped_column(Float)
    """What the list is ordered by within a kind: for a gap, how many questions."""
    title: Mapped[str] = mapped_column(String(300))
    data: Mapped[dict[str, Any]]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(PERSON)
    reason: Mapped[str | None] = mapped_column(Text)


class KnowledgeTask(Table):
    """Something to do for an editor, made from a finding, a contribution or an audit."""

    __tablename__ = "knowledge_tasks"
    __table_args__ = (Index("ix_knowledge_tasks_state_due_at", "state", "due_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(300))
    finding: Mapped[str | None] = mapped_column(String(200), index=True)
    article_id: Mapped[str | None] = mapped_column(ARTICLE_ID)
    locale: Mapped[str | None] = mapped_column(LOCALE)
    data: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16))
    """open, done, dropped."""
    owner_id: Mapped[UUID | None] = mapped_column(index=True)
    owner: Mapped[str | None] = mapped_column(PERSON)
    due_at: Mapped[datetime]
    by: Mapped[str] = mapped_column(PERSON)
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None] = mapped_column(PERSON)


class ArticleAudit(Table):
    """One live case of one article in one quarter, checked step by step by a person."""

    __tablename__ = "article_audits"
    __table_args__ = (Index("ix_article_audits_quarter_state", "quarter", "state"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    quarter: Mapped[str] = mapped_column(String(8))
    """`2026-Q4`."""
    article_id: Mapped[str] = mapped_column(ARTICLE_ID, index=True)
    locale: Mapped[str] = mapped_column(LOCALE)
    revision: Mapped[int]
    release: Mapped[str] = mapped_column(String(40))
    conversation_id: Mapped[UUID | None]
    seq: Mapped[int | None]
    """Where in the conversation it was used; None when it was not used in the quarter and is checked by itself."""
    checklist: Mapped[list[Any]]
    """`{step, question, answer: yes|no|not_applicable|null, note}`."""
    state: Mapped[str] = mapped_column(String(16))
    """open, passed, failed."""
    auditor: Mapped[str | None] = mapped_column(PERSON)
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")
