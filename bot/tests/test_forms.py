"""Forms meet real people: detours, corrections, second thoughts, wrong numbers, and companies that do not answer."""

from __future__ import annotations

import pytest

from tests.support import ANA, Company, Customer, House


def begin_refund(customer: Customer) -> None:
    """As far as the question for the reason."""
    customer.says("I want a refund for order 43871")
    customer.says(ANA)


def test_a_question_in_the_middle_is_answered_and_the_form_goes_on(customer: Customer, company: Company) -> None:
    customer.says("I want a refund for order 43871")
    reply = customer.says("do you deliver to Ireland?")
    assert "3 to 5 working days" in reply.text
    assert reply.raw["messages"][-1]["text"].startswith("Which email")
    assert reply.state["active_loop"] == "refund_form"
    assert customer.says(ANA).state["requested_slot"] == "refund_reason"


def test_the_status_of_another_order_does_not_change_the_refund(customer: Customer) -> None:
    begin_refund(customer)
    reply = customer.says("by the way, where is order 44110?")
    assert "on its way" in reply.text
    assert reply.state["slots"]["order_number"] == "43871"
    assert reply.state["requested_slot"] == "refund_reason"


def test_a_person_in_the_middle_gets_the_slots_and_the_unfinished_form(customer: Customer) -> None:
    begin_refund(customer)
    reply = customer.says("I want to talk to a person")
    assert reply.signals == ["handoff:customer_asked"]
    assert len(reply.raw["messages"]) == 1
    assert reply.state == {
        "slots": {"order_number": "43871", "email": ANA},
        "active_loop": "refund_form",
        "requested_slot": "refund_reason",
    }
    # Given back to the bot, the form takes up where it was.
    assert customer.says("the lamp is too dark").state["requested_slot"] == "refund_confirm"


def test_a_reason_that_sounds_like_another_wish_is_still_the_reason(customer: Customer) -> None:
    begin_refund(customer)
    assert (
        customer.says("the lamp flickers, I think that is a warranty case").state["requested_slot"] == "refund_confirm"
    )


def test_a_correction_is_shown_again_before_anything_is_sent(customer: Customer, company: Company) -> None:
    begin_refund(customer)
    customer.says("too dark")
    shown = customer.says("no, the number is 44110")
    assert "order 44110" in shown.text
    assert shown.state["requested_slot"] == "refund_confirm"
    assert not company.writes("/refunds")


def test_a_no_sends_nothing(customer: Customer, company: Company) -> None:
    begin_refund(customer)
    customer.says("too dark")
    reply = customer.says("no")
    assert "not asked for a refund" in reply.text
    assert reply.state["active_loop"] is None
    assert not company.writes("/refunds")


def test_a_known_email_is_not_asked_for(house: House, company: Company) -> None:
    customer = house.customer(ANA)
    assert (
        customer.says("I want a refund for order 43871, it arrived broken").state["requested_slot"] == "refund_confirm"
    )


def test_what_was_said_before_is_not_asked_again(customer: Customer) -> None:
    customer.says("where is my order 43871?")
    assert customer.says("I want my money back for it").state["requested_slot"] == "email"


def test_a_wrong_email_may_be_given_once_more_then_a_person_is_offered(customer: Customer, company: Company) -> None:
    customer.says("I want a refund for order 43871")
    customer.says("somebody@example.org")
    customer.says("too dark")
    first = customer.says("yes")
    assert "does not belong" in first.text
    assert first.state["requested_slot"] == "email"
    customer.says("nobody@example.org")
    second = customer.says("yes")
    assert second.buttons == ["Talk to a person"]
    assert second.state["active_loop"] is None
    assert len(company.writes("/refunds")) == 2


def test_an_order_that_is_too_old_is_explained(customer: Customer) -> None:
    customer.says("refund for 42790, it broke")
    customer.says("tom.becker@example.com")
    reply = customer.says("yes")
    assert "more than 30 days ago" in reply.text
    assert reply.signals == ["refused:refund"]


def test_an_unknown_order_number_is_asked_for_again(customer: Customer) -> None:
    customer.says("refund for 99999, it broke")
    customer.says(ANA)
    reply = customer.says("yes")
    assert "cannot find order 99999" in reply.text
    assert reply.state["requested_slot"] == "order_number"


def test_the_second_misunderstanding_is_a_signal(customer: Customer) -> None:
    customer.says("I want a refund")
    assert customer.says("hmm dunno").signals == []
    assert customer.says("hmm dunno either").signals == ["clarify"]


def test_a_whole_address_in_one_line_is_enough(customer: Customer) -> None:
    customer.says("change the address of order 44127")
    customer.says("tom.becker@example.com")
    reply = customer.says("12 Mill Lane, Leeds, LS1 4AB")
    assert reply.state["requested_slot"] == "address_confirm"
    assert "12 Mill Lane, LS1 4AB Leeds" in reply.text


def test_a_corrected_address_does_not_change_the_order(customer: Customer) -> None:
    customer.says("change the address of order 44127")
    customer.says("tom.becker@example.com")
    customer.says("I moved to Hafenstr. 9a, 20457 Hamburg")
    reply = customer.says("no, it is Hafenstr. 11, 20459 Hamburg")
    assert "order 44127" in reply.text
    assert "Hafenstr. 11, 20459 Hamburg" in reply.text
    assert reply.state["slots"]["street"] == "Hafenstr. 11"


def test_a_question_is_no_reason(customer: Customer) -> None:
    begin_refund(customer)
    assert customer.says("why do you need to know that?").state["requested_slot"] == "refund_reason"


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ((503, "company_unavailable"), "nothing has been changed"),
        ((504, "company_timeout"), "did not confirm this in time"),
        ((500, "internal_error"), "did not confirm this in time"),
    ],
)
def test_a_company_that_does_not_answer_is_told_and_a_person_offered(
    customer: Customer, company: Company, fault: tuple[int, str], told: str
) -> None:
    begin_refund(customer)
    customer.says("too dark")
    company.fault = fault
    reply = customer.says("yes")
    assert told in reply.text
    assert reply.signals == ["company_failed:refund"]
    assert reply.buttons == ["Talk to a person"]
    assert len(company.writes("/refunds")) == 1


def test_the_same_request_after_a_silence_carries_the_same_key(customer: Customer, company: Company) -> None:
    begin_refund(customer)
    customer.says("too dark")
    company.fault = (504, "company_timeout")
    customer.says("yes")
    company.fault = None
    customer.says("try the refund again please")
    customer.says("too dark")
    assert "R-5001" in customer.says("yes").text
    first, second = company.writes("/refunds")
    assert first["key"] == second["key"]


def test_reading_an_order_is_tried_again_and_then_told(customer: Customer, company: Company) -> None:
    company.fault = (503, "company_unavailable")
    reply = customer.says("where is order 44110?")
    assert reply.signals == ["company_failed:order_status"]
    assert "not answering right now" in reply.text
    assert len(company.requests) == 3
