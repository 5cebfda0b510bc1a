"""Why an import does not begin or go on.

HouseError
├── ImportNotFound        404
├── ImportWrongState      409
├── ImportUnreadable      422
└── NoRoom                503
"""

from server.kit.errors import Conflict, Invalid, NotFound, Unavailable


class ImportNotFound(NotFound):
    """There is no such import."""

    code = "import_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such import.")


class ImportWrongState(Conflict):
    """What is wanted does not begin in the state that the import is in."""

    code = "wrong_state"

    def __init__(self, state: str, wanted: str) -> None:
        super().__init__(f"An import that is {state} cannot be {wanted}.", state=state)


class ImportUnreadable(Invalid):
    """The file is not of the format that it was said to be."""

    code = "import_unreadable"

    def __init__(self, why: str, *, source: str, line: int) -> None:
        super().__init__(f"The file cannot be read: {why}.", source=source, line=line, why=why)


class NoRoom(Unavailable):
    """The disk does not take the file."""

    code = "no_room"

    def __init__(self) -> None:
        super().__init__("The file could not be kept; perhaps the disk is full. Nothing was imported.")
