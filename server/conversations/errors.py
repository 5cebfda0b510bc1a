"""Refusals of the conversations room."""

from http import HTTPStatus

from server.kit.errors import Conflict, HouseError, Invalid, NotFound, Unavailable


class NoSuchConversation(NotFound):
    """There is none with this id, or it is not the asker's."""

    code = "conversation_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such conversation.")


class NoSuchSuggestion(NotFound):
    """Nothing of the kind was offered in this conversation."""

    code = "suggestion_not_found"

    def __init__(self) -> None:
        super().__init__("This was not suggested in this conversation.")


class EmptyMessage(Invalid):
    """Nothing visible is in the message."""

    code = "empty_message"

    def __init__(self) -> None:
        super().__init__("There is nothing in this message.")


class MessageTooLong(HouseError):
    """Longer than we take."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"A message may have at most {limit} characters.", limit=limit)


class AlreadyTaken(Conflict):
    """Another agent was faster; `agent` says who."""

    code = "already_taken"

    def __init__(self, *, agent_id: str, name: str) -> None:
        super().__init__(f"{name} has this conversation.", agent={"id": agent_id, "name": name})


class NotYours(Conflict):
    """The agent does not have this conversation, so may not write to its customer."""

    code = "not_yours"

    def __init__(self) -> None:
        super().__init__("Take the conversation before you write to the customer.")


class ConversationOver(Conflict):
    """It is closed."""

    code = "conversation_closed"

    def __init__(self) -> None:
        super().__init__("This conversation is closed.")


class AccountNotFound(NotFound):
    """There is no such channel account, or it is switched off."""

    code = "account_not_found"

    def __init__(self, account: str) -> None:
        super().__init__(f"There is no channel account {account!r}.")


class KnowledgeUnavailable(Unavailable):
    """The knowledge base does not serve."""

    code = "knowledge_unavailable"

    def __init__(self) -> None:
        super().__init__("The knowledge base is not available.")
