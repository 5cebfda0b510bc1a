"""A visitor comes to a channel account: who it is, and the token that says so."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from server.access.errors import VisitorTokenInvalid
from server.access.visitors import Identity, Visitor, VisitorTokens
from server.conversations import ledger, repository
from server.conversations.errors import AccountNotFound
from server.conversations.intake import customer_of
from server.conversations.ledger import SYSTEM, Draft
from server.kit.clock import Clock
from server.kit.ids import Ids
from server.realtime.events import Customer, CustomerIdentified
from server.realtime.hub import Hub
from server.realtime.signals import Written
from server.store.session import Store


class Visits:
    """Opens widget sessions."""

    def __init__(self, store: Store, hub: Hub, tokens: VisitorTokens, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._hub = hub
        self._tokens = tokens
        self._clock = clock
        self._ids = ids

    async def begin(self, account: str, *, token: str | None, identity: str | None) -> tuple[str, Customer]:
        """Return a visitor token and the customer it is for.

        An old token is renewed for the same customer. An identity that the host site signed makes the customer
        verified; a person whom the site vouched for before is found again from any browser, and a browser whose
        customer is verified as somebody else becomes a new customer: nobody inherits another's conversation.
        Raises `AccountNotFound`, `VisitorTokenInvalid`, `IdentityInvalid`.
        """
        vouched = self._tokens.read_identity(account, identity) if identity else None
        visitor = self._tokens.read(token) if token else None
        if visitor is not None and visitor.account != account:
            raise VisitorTokenInvalid
        written: Written | None = None
        async with self._store.writing() as connection:
            if await repository.account_by_id(connection, account) is None:
                raise AccountNotFound(account)
            customer = await self._customer(connection, visitor.customer_id if visitor else None)
            if vouched is not None:
                customer, written = await self._identified(connection, account, customer, vouched)
            elif customer is None or customer.level == "verified":
                # Without the site's word a verified customer's browser is just a browser again.
                customer = await self._new(connection, account, None)
        if written is not None:
            self._hub.tell(written)
        return self._tokens.issue(Visitor(customer_id=customer.visitor_id, account=account)), customer

    async def _customer(self, connection: AsyncConnection, customer_id: UUID | None) -> Customer | None:
        if customer_id is None:
            return None
        row = await repository.customer_by_id(connection, customer_id)
        return customer_of(row) if row else None

    async def _identified(
        self, connection: AsyncConnection, account: str, customer: Customer | None, vouched: Identity
    ) -> tuple[Customer, Written | None]:
        if customer is not None and customer.level == "verified" and customer.email == vouched.email:
            return customer, None
        if (known := await repository.verified_customer(connection, account, vouched.email)) is not None:
            return customer_of(known), None
        if customer is None or customer.level == "verified":
            return await self._new(connection, account, vouched), None
        now = self._clock()
        await repository.change_customer(
            connection,
            customer.visitor_id,
            name=vouched.name,
            email=vouched.email,
            customer_number=vouched.customer_number,
            level="verified",
        )
        customer = _verified(customer.visitor_id, vouched)
        return customer, await self._tell_conversation(connection, account, customer, now)

    async def _tell_conversation(
        self, connection: AsyncConnection, account: str, customer: Customer, now: datetime
    ) -> Written | None:
        row = await repository.open_of_customer(connection, account, customer.visitor_id)
        if row is None:
            return None
        drafts = [Draft(actor=SYSTEM, data=CustomerIdentified(customer=customer))]
        changes = {"customer": customer.model_dump(mode="json")}
        return await ledger.append(connection, row, drafts, now=now, changes=changes)

    async def _new(self, connection: AsyncConnection, account: str, vouched: Identity | None) -> Customer:
        customer_id = self._ids()
        customer = _verified(customer_id, vouched) if vouched else Customer(visitor_id=customer_id)
        await repository.make_customer(
            connection,
            id=customer_id,
            account=account,
            name=customer.name,
            email=customer.email,
            customer_number=customer.customer_number,
            level=customer.level,
            created_at=self._clock(),
        )
        return customer


def _verified(customer_id: UUID, vouched: Identity) -> Customer:
    return Customer(
        visitor_id=customer_id,
        name=vouched.name,
        email=vouched.email,
        customer_number=vouched.customer_number,
        level="verified",
    )
