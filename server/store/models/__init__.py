"""Every table, so that one import knows them all."""

from server.store.models.access import Agent, AgentSession, AuditEntry, MachineToken
from server.store.models.accounts import ChannelAccount, Customer
from server.store.models.ai import AiSwitch, Policy
from server.store.models.articles import (
    Article,
    ArticleComment,
    ArticleFeedback,
    ArticleImage,
    ArticleRevision,
    ArticleSlug,
    ArticleTag,
    ArticleTranslation,
    ArticleUse,
    SavedView,
)
from server.store.models.checks import KnowledgeCheck
from server.store.models.company import CompanyCall
from server.store.models.conversations import Conversation, ConversationEvent, SentKey
from server.store.models.deliveries import Delivery
from server.store.models.editorial import (
    ArticleAudit,
    ArticleImport,
    AskedQuestion,
    Contribution,
    ImportRow,
    JudgedQuery,
    KnowledgeFinding,
    KnowledgeTask,
    StaffNotice,
    WorkbenchRun,
)
from server.store.models.handoffs import Assignment, Handoff
from server.store.models.releases import KnowledgeRelease, ReleaseItem, ServedRelease

__all__ = [
    "Agent",
    "AgentSession",
    "AiSwitch",
    "Article",
    "ArticleAudit",
    "ArticleComment",
    "ArticleFeedback",
    "ArticleImage",
    "ArticleImport",
    "ArticleRevision",
    "ArticleSlug",
    "ArticleTag",
    "ArticleTranslation",
    "ArticleUse",
    "AskedQuestion",
    "Assignment",
    "AuditEntry",
    "ChannelAccount",
    "CompanyCall",
    "Contribution",
    "Conversation",
    "ConversationEvent",
    "Customer",
    "Delivery",
    "Handoff",
    "ImportRow",
    "JudgedQuery",
    "KnowledgeCheck",
    "KnowledgeFinding",
    "KnowledgeRelease",
    "KnowledgeTask",
    "MachineToken",
    "Policy",
    "ReleaseItem",
    "SavedView",
    "SentKey",
    "ServedRelease",
    "StaffNotice",
    "WorkbenchRun",
]
