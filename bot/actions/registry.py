"""Every custom action, one a line."""

from __future__ import annotations

from collections.abc import Sequence

from rasa_sdk import Action

from actions.accounts import (
    BalanceForm,
    InvoiceCopyForm,
    PasswordResetForm,
    SendInvoiceCopy,
    SendPasswordReset,
    TellBalance,
)
from actions.address import AddressChangeForm, SendAddressChange
from actions.clarify import Clarify
from actions.hours import OpeningHours
from actions.knowledge import AnswerFromKnowledge
from actions.orders import OrderStatus
from actions.person import Agreed, Declined, Goodbye, Stop, TalkToPerson
from actions.refund import AskRefundConfirm, RefundForm, SendRefund

ACTIONS: Sequence[type[Action]] = (
    OrderStatus,
    RefundForm,
    AskRefundConfirm,
    SendRefund,
    AddressChangeForm,
    SendAddressChange,
    PasswordResetForm,
    SendPasswordReset,
    InvoiceCopyForm,
    SendInvoiceCopy,
    BalanceForm,
    TellBalance,
    AnswerFromKnowledge,
    OpeningHours,
    Clarify,
    TalkToPerson,
    Agreed,
    Declined,
    Stop,
    Goodbye,
)
