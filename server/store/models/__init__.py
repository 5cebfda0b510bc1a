"""Every table, so that one import knows them all."""

from server.store.models.access import Agent, AgentSession, AuditEntry, MachineToken
from server.store.models.accounts import ChannelAccount, Customer
from server.store.models.ai import AiSwitch, Policy
from server.store.models.company import CompanyCall
from server.store.models.conversations import Conversation, ConversationEvent, SentKey
from server.store.models.deliveries import Delivery
from server.store.models.handoffs import Assignment, Handoff

__all__ = [
    "Agent",
    "AgentSession",
    "AiSwitch",
    "Assignment",
    "AuditEntry",
    "ChannelAccount",
    "CompanyCall",
    "Conversation",
    "ConversationEvent",
    "Customer",
    "Delivery",
    "Handoff",
    "MachineToken",
    "Policy",
    "SentKey",
]
