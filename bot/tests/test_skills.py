"""One conversation for each skill folder: `test_<folder>` and what it must do for a customer."""

from __future__ import annotations

from tests.support import ANA, Company, Customer, House

TOM = "tom.becker@example.com"


def test_every_skill_has_a_conversation(skills: list[str]) -> None:
    missing = [skill for skill in skills if f"test_{skill}" not in globals()]
    assert not missing, f"Add a conversation test named test_<skill> for: {missing}"


def test_greet(customer: Customer) -> None:
    reply = customer.says("hi there")
    assert reply.intent == "greet"
    assert "automated assistant" in reply.text
    assert "Talk to a person" in reply.buttons


def test_goodbye(customer: Customer) -> None:
    assert customer.says("ok bye for now").text.startswith("Goodbye")


def test_thanks(customer: Customer) -> None:
    assert customer.says("thank you so much").intent == "thanks"


def test_are_you_a_bot(customer: Customer) -> None:
    reply = customer.says("wait, am I talking to a human?")
    assert "not a person" in reply.text
    assert "handoff:customer_asked" in customer.says("yes").signals


def test_talk_to_person(customer: Customer) -> None:
    assert customer.says("let me speak to somebody from your team").signals == ["handoff:customer_asked"]


def test_order_status(customer: Customer, company: Company) -> None:
    assert "order number" in customer.says("where is my parcel?").text
    reply = customer.says("#44110")
    assert reply.signals == ["self_served:order_status"]
    for part in ("44110", "on its way", "DHL", "2026-03-12", "Floor lamp Lumen"):
        assert part in reply.text
    assert company.requests[-1]["conversation"] == customer.sender


def test_refund(customer: Customer, company: Company) -> None:
    assert "order number" in customer.says("I would like my money back please").text
    assert customer.says("it's order 43871").state["requested_slot"] == "email"
    assert customer.says(ANA).state["requested_slot"] == "refund_reason"
    shown = customer.says("It is too bright for the room")
    assert "43871" in shown.text
    assert "89.00 EUR" in shown.text
    assert "too bright" in shown.text
    assert not company.writes("/refunds")
    done = customer.says("yes please")
    assert "R-5001" in done.text
    assert done.signals == ["self_served:refund"]
    [sent] = company.writes("/refunds")
    assert sent["body"] == {
        "order": "43871",
        "email": ANA,
        "reason": "It is too bright for the room",
        "amount": None,
    }
    assert sent["key"].endswith(":refund")


def test_password_reset(customer: Customer, company: Company) -> None:
    assert "email" in customer.says("i forgot my pasword").text
    assert ANA in customer.says(f"it is {ANA.upper()}").text
    assert company.writes("/password-resets")[0]["body"] == {"email": ANA}


def test_address_change(customer: Customer, company: Company) -> None:
    customer.says("please change the delivery address of order 44127")
    customer.says(TOM)
    assert customer.says("Rosenweg 7").state["requested_slot"] == "postcode"
    shown = customer.says("20095 Hamburg")
    assert "Rosenweg 7, 20095 Hamburg" in shown.text
    assert "44127" in shown.text
    assert "Done" in customer.says("yes").text
    assert company.writes("/address-changes")[0]["body"] == {
        "order": "44127",
        "email": TOM,
        "street": "Rosenweg 7",
        "postcode": "20095",
        "city": "Hamburg",
    }


def test_invoice_copy(customer: Customer, company: Company) -> None:
    customer.says("can you send me invoice inv-2026-00871 again")
    assert "a***@example.com" in customer.says(ANA).text
    assert company.writes("/invoice-copies")[0]["body"] == {"invoice": "INV-2026-00871", "email": ANA}


def test_balance(customer: Customer) -> None:
    customer.says("how much do I still owe you?")
    customer.says(TOM)
    reply = customer.says("C-10002")
    assert "149.90 EUR" in reply.text
    assert "INV-2026-00790" in reply.text


def test_delivery_faq(customer: Customer, company: Company) -> None:
    reply = customer.says("how long does shipping to Ireland take?")
    assert reply.signals == ["self_served:delivery_faq"]
    [message] = reply.raw["messages"]
    assert message["text"] == "Standard delivery takes 3 to 5 working days and costs 4.90 EUR."
    assert message["citation"]["article_id"] == "delivery-times"
    assert set(message["citation"]) == {"article_id", "revision", "release", "title", "heading", "snippet"}
    assert company.requests[-1]["query"]["q"] == "how long does shipping to Ireland take?"


def test_what_must_be_said_beside_an_article_is_said_or_named(customer: Customer, company: Company) -> None:
    company.disclaimers = [
        {"title": "Warranty", "text": "The statutory **warranty** stays; see [your rights](article:rights)."},
        {"title": "Notes on pictures", "text": "Colours look different. " * 30},
    ]
    reply = customer.says("how long does delivery take?")
    assert reply.text.startswith("Standard delivery takes 3 to 5 working days")
    assert "The statutory warranty stays; see your rights." in reply.text
    assert "Notes on pictures" in reply.text
    assert "Colours look different" not in reply.text


def test_returns_faq(customer: Customer, company: Company) -> None:
    company.confident = False
    reply = customer.says("what is your return policy?")
    assert "no article" in reply.text
    assert reply.signals == ["no_answer"]
    assert reply.raw["messages"][0]["citation"] is None
    assert reply.buttons == ["Talk to a person"]


def test_warranty_faq(customer: Customer) -> None:
    assert customer.says("what does the guarantee cover?").signals == ["self_served:warranty_faq"]


def test_payment_faq(customer: Customer) -> None:
    assert customer.says("can I pay with paypal or klarna?").signals == ["self_served:payment_faq"]


def test_opening_hours(customer: Customer) -> None:
    reply = customer.says("until when are you open today?")
    assert "Mon to Fri: 08:00-20:00" in reply.text
    assert "Sun: closed" in reply.text


def test_out_of_scope(customer: Customer) -> None:
    reply = customer.says("what will the weather be like in Rome tomorrow")
    assert "cannot help with that" in reply.text
    assert reply.signals == ["out_of_scope"]


def test_clarify(customer: Customer, company: Company) -> None:
    company.confident = False
    first = customer.says("blorp the wibble")
    assert first.intent == "nlu_fallback"
    assert first.signals == ["clarify"]
    assert first.buttons[-1] == "Talk to a person"
    second = customer.says("wibble snork blorp")
    assert "still do not understand" in second.text
    assert second.signals == ["clarify"]
    assert customer.says("yes").signals == ["handoff:customer_asked"]


def test_cancel(customer: Customer, company: Company) -> None:
    customer.says("refund order 43871")
    reply = customer.says("never mind")
    assert "Nothing has been changed" in reply.text
    assert reply.state["active_loop"] is None
    assert not company.writes("/refunds")


def test_yes_no(customer: Customer) -> None:
    assert customer.says("yes").intent == "affirm"
    assert customer.says("no thanks").intent == "deny"


def test_complaint(customer: Customer) -> None:
    reply = customer.says("This is the third time I ask, this is ridiculous!")
    assert "sorry" in reply.text
    assert reply.signals == ["complaint"]
    assert customer.says("yes").signals == ["handoff:customer_asked"]


def test_not_helpful(customer: Customer, house: House) -> None:
    customer.says("how long does delivery take?")
    reply = customer.says("that did not help me")
    assert reply.signals == ["not_helped"]
    assert reply.buttons == ["Talk to a person"]
