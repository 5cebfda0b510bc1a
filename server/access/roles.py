"""Permissions are strings; a role is a set of them. A test walks every route and socket message against this table."""

from collections.abc import Iterable

PERMISSIONS: dict[str, str] = {
    "conversation.read": "Read conversations, their events and context packets.",
    "conversation.take": "Take a conversation from the queue or from the bot.",
    "conversation.reply": "Write to the customer of a conversation that one has.",
    "conversation.note": "Write notes for colleagues.",
    "conversation.give_back": "Give a conversation back to the bot.",
    "conversation.resolve": "Close a conversation.",
    "conversation.reassign": "Take a conversation that a colleague has.",
    "knowledge.search": "Search the knowledge base and read articles for staff.",
    "knowledge.contribute": "Propose a fix to an article, or an article that is missing.",
    "knowledge.edit": "Write articles, import them, keep judged queries, and work on what the health page finds.",
    "knowledge.approve": "Approve what another person wrote.",
    "knowledge.publish": "Publish what is approved, retire articles, and serve an earlier release again.",
    "knowledge.override": (
        "Publish a release although it loses judged queries, with a reason; publish an import without a second person."
    ),
    "insight.read": "Read figures and reports.",
    "policy.read": "Read the limits that decide when a person is asked for.",
    "policy.write": "Change those limits.",
    "ai.switch": "Switch the bot off and on: everywhere, for one account, or for one intent.",
    "staff.manage": "Make and change staff accounts.",
    "token.manage": "Make and revoke tokens for machines.",
    "account.manage": "Make and change channel accounts.",
    "audit.read": "Read the audit trail.",
    "clock.move": "Move the clock of a development server.",
    "bot.act": "Act for the bot: read the knowledge base and ask the company's systems (machines only).",
}

_AGENT = frozenset(
    {
        "conversation.read",
        "conversation.take",
        "conversation.reply",
        "conversation.note",
        "conversation.give_back",
        "conversation.resolve",
        "knowledge.search",
        "knowledge.contribute",
    }
)

ROLES: dict[str, frozenset[str]] = {
    "agent": _AGENT,
    "supervisor": _AGENT
    | {"conversation.reassign", "insight.read", "policy.read", "policy.write", "ai.switch", "audit.read"},
    "knowledge_editor": frozenset({"knowledge.search", "knowledge.edit", "knowledge.publish", "knowledge.contribute"}),
    "approver": frozenset({"knowledge.search", "knowledge.approve", "knowledge.publish", "knowledge.override"}),
    "analyst": frozenset({"insight.read", "knowledge.search", "policy.read"}),
    "administrator": frozenset(
        {
            "account.manage",
            "ai.switch",
            "audit.read",
            "clock.move",
            "knowledge.search",
            "policy.read",
            "policy.write",
            "staff.manage",
            "token.manage",
        }
    ),
    "compliance_officer": frozenset(
        {"audit.read", "conversation.read", "insight.read", "knowledge.search", "policy.read"}
    ),
}


def permissions_of(roles: Iterable[str]) -> frozenset[str]:
    """Return everything that somebody with these roles may do; unknown roles give nothing."""
    return frozenset().union(*(ROLES.get(role, frozenset()) for role in roles))
