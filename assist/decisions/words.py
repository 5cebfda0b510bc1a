"""Words that decide by themselves: asking for a person, saying that one repeats oneself, topics for people only.

Short lists on purpose: each pattern must be clear without its context, since it overrules the bot. English is the
fullest; the other languages hold the phrases that a customer is most likely to use.
"""

import re
from collections.abc import Iterable, Mapping


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_PERSON = (
    r"(?:(?:real|actual|live|proper|human)\s+)*(?:human(?:\s+being)?|person|people|agent|representative|rep|operator|advis[eo]r"
    r"|manager|supervisor|colleague|staff(?:\s+member)?|somebody|someone|member\s+of\s+(?:staff|your\s+team))"
)
WANTS_PERSON = _any(
    rf"\b(?:talk|speak|chat|connect(?:\s+me)?|transfer(?:\s+me)?|put\s+me\s+through|escalate(?:\s+(?:me|this))?)\s+(?:\w+\s+)?(?:to|with)\s+(?:an?\s+|the\s+|your\s+|some\s+)?{_PERSON}\b",
    rf"\b(?:get|give|want|need|fetch|find)\s+(?:me\s+)?(?:an?|your|some)\s+{_PERSON}\b(?!\s+(?:password|account|number))",
    r"\b(?:real|actual|live)\s+(?:human|person|agent)\b(?=[\s.!]*(?:please|now|$))",
    r"^\W*(?:human|agent|person|representative|operator|real person|live agent|customer service)(?:\s+please)?\W*$",
    r"\bcall\s+me\s+back\b|\b(?:can|could)\s+(?:someone|somebody)\s+(?:please\s+)?(?:call|ring|phone)\s+me\b",
    r"\bmit\s+(?:einem|einer)\s+(?:menschen|mitarbeiter(?:in)?|berater(?:in)?|person)\b",
    r"\bparler\s+(?:à|a|avec)\s+(?:un|une)\s+(?:humain|conseill[eè]re?|personne|agent|vraie personne)\b",
    r"\bhablar\s+con\s+(?:una?\s+)?(?:persona|agente|humano|asesora?)\b",
)
"""The customer asks for a person."""

_DECLINES_PERSON = _any(
    r"\b(?:don'?t|do not|no need to|rather not|without (?:having to )?)\s*(?:want|need|like)?\s*(?:to\s+)?"
    r"(?:talk|speak|chat|speaking|talking|an? (?:human|person|agent))",
    r"\bare\s+you\s+(?:an?\s+)?(?:real\s+)?(?:human|person|agent|bot|robot)",
)

REPEATS_SELF = _any(
    r"\b(?:third|fourth|fifth|sixth|tenth|3rd|4th|5th|6th|10th|nth|umpteenth|hundredth|100th)\s+time\b[^.?!]{0,40}\b(?:i|i'm|i've|me|asking|ask|contact|write|writing|say)\b",
    r"\bhow\s+many\s+(?:more\s+)?times\b",
    r"\b(?:asked|told|written|wrote|called|contacted|explained|said)\b[^.?!]{0,30}\b(?:several|many|multiple|three|four|five|six|ten|\d+)\s+times\b",
    r"\b(?:i|i've|i have)\s+already\s+(?:told|said|asked|explained|answered|given|gave)\b",
    r"\bi\s+(?:keep|have to keep)\s+(?:asking|repeating|saying|explaining|telling)\b",
    r"\byou\s+keep\s+(?:saying|repeating|asking|sending)\b[^.?!]{0,30}\b(?:that|the same|this|me)\b",
    r"\byou\s+already\s+(?:said|asked)\b[^.?!]{0,30}\b(?:that|the same|this)\b",
    r"\b(?:going|go)\s+(?:a?round\s+)?in\s+circles\b",
    r"\bsame\s+(?:answer|reply|question|thing)\s+(?:again|every\s+time|over\s+and\s+over)\b",
    r"\bzum\s+(?:dritten|vierten|wiederholten)\s+mal\b|\bpour\s+la\s+(?:troisi[eè]me|[eé]ni[eè]me)\s+fois\b|\bpor\s+(?:tercera|en[eé]sima)\s+vez\b",
)
"""The customer says that they repeat themselves."""

NOT_UNDERSTOOD = _any(
    r"\b(?:that'?s|that is|this is|it'?s)\s+not\s+what\s+i\s+(?:asked|meant|said|want)\b",
    r"\byou(?:'re| are)\s+not\s+(?:listening|understanding|answering|reading)\b|\bdid\s+you\s+even\s+read\b",
    r"\byou\s+(?:do\s?n[o']?t|did\s?n[o']?t)\s+(?:understand|answer|read|listen)\b|\bmisunderstood\s+me\b",
    r"\b(?:that|this|it)\s+(?:does\s?n[o']?t|did\s?n[o']?t|does not|did not)\s+(?:help|answer)\b",
)
"""The customer says that the answer was none."""

TOPICS: Mapping[str, re.Pattern[str]] = {
    "legal": _any(
        r"\b(?:my|a|our)\s+(?:lawyer|solicitor|attorney)s?\b",
        r"\blegal\s+(?:action|proceedings|steps)\b|\blawsuit\b",
        r"\b(?:take|see|drag)\s+you\s+(?:all\s+)?(?:to|in)\s+court\b|\bsmall\s+claims\b",
        r"\b(?:sue|suing)\s+(?:you|your|the\s+company)\b|\bi(?:'ll|\s+will)\s+sue\b",
        r"\btrading\s+standards\b|\bombudsman\b|\bconsumer\s+protection\s+(?:agency|authority|office)\b",
        r"\b(?:mein(?:en)?|einen)\s+anwalt\b|\brechtliche\s+schritte\b|\bmon\s+avocat\b|\bmi\s+abogado\b",
    ),
    "injury": _any(
        r"\binjur(?:ed|y|ies)\b(?!\s+time)",
        r"\b(?:burn(?:ed|t)|cut|hurt)\s+(?:my|his|her|our)\s+(?:\w+\s+)?(?:hand|hands|face|arm|leg|finger|fingers|son|daughter|child|baby|self|eyes?|skin)\b",
        r"\belectric\s+shock\b|\belectrocuted\b|\bgot\s+shocked\s+by\b",
        r"\b(?:caught|catches|catching|on)\s+fire\b|\bfire\s+hazard\b|\bexploded\b|\bsmoke\s+(?:is\s+)?(?:came|comes|coming)\b",
        r"\b(?:i'?m|i\s+am|is|was|are|were|ended\s+up|landed|taken|rushed|sent|went|back)\s+(?:in|to|from)\s+(?:the\s+)?hospital\b",
        r"\ballergic\s+reaction\b|\bfood\s+poisoning\b",
        r"\bverletzt\b|\bstromschlag\b|\bbless[eé]e?\b|\bherid[oa]\b",
    ),
    "fraud": _any(
        r"\bfraud(?:ulent|ulently|ster)?\b|\bscammed\b|\bidentity\s+theft\b|\bphishing\b",
        r"\bunauthori[sz]ed\s+(?:payment|charge|transaction|purchase|order|access)s?\b",
        r"\b(?:my\s+)?(?:account|email)\s+(?:was|has\s+been|got|is)\s+(?:hacked|compromised|taken\s+over)\b",
        r"\b(?:card|identity|credit\s+card)\s+(?:was|has\s+been|got)\s+(?:stolen|cloned)\b|\bstole\s+my\s+(?:card|identity|money)\b",
        r"\bi\s+(?:did\s*n[o']t|never)\s+(?:place|make|order|authori[sz]e)[^.?!]{0,20}\b(?:this|that|these)\s+(?:order|purchase|payment|transaction)s?\b",
        r"\bbetrug\b|\bbetrogen\b|\bfraude\b|\bestafad?[oa]?\b",
    ),
    "data_protection": _any(
        r"\bdata\s+(?:breach|leak|protection)\b|\bgdpr\b|\bdsgvo\b|\brgpd\b|\bccpa\b",
        r"\b(?:leaked|sold|shared|exposed)\s+my\s+(?:data|details|address|email|information)\b",
        r"\b(?:someone|somebody)\s+else'?s\s+(?:\w+\s+)?(?:details|data|order|address|name|invoice|account)\b",
        r"\bdelete\s+(?:all\s+)?(?:of\s+)?my\s+(?:personal\s+)?data\b|\bright\s+to\s+(?:be\s+forgotten|erasure)\b",
    ),
    "self_harm": _any(
        r"\bkill(?:ing)?\s+my\s?self\b|\bsuicid(?:e|al)\b|\bend\s+(?:my|it\s+all)\s*(?:own\s+)?life\b|\bself[\s-]?harm\b|\bhurt(?:ing)?\s+myself\b|\bwant\s+to\s+die\b",
        r"\b(?:mich|selbst)\s*umbringen\b|\bselbstmord\b|\bme\s+suicider\b|\bsuicidarme\b",
    ),
    "abuse": _any(
        r"\b(?:racist|racism|sexist|sexism|homophobic|discriminat(?:ed|ion|ing|ory))\b",
        r"\b(?:harass(?:ed|ment|ing)|threatened|assaulted|groped|stalk(?:ed|ing))\b",
        r"\b(?:driver|courier|employee|agent|staff)\s+(?:was\s+)?(?:hit|abusive|abused|attacked|swore\s+at)\b",
    ),
    "press": _any(
        r"\b(?:go|going|talk|talking|speak|write|writing|contact|contacting)\s+(?:\w+\s+)?to\s+the\s+(?:press|papers|media|news(?:papers)?)\b",
        r"\bi(?:'m| am)\s+a\s+(?:journalist|reporter)\b|\bcontact(?:ing)?\s+(?:a\s+)?journalists?\b",
    ),
    "bereavement": _any(
        r"\bpassed\s+away\b|\b(?:has|have|had)\s+died\b|\b(?:husband|wife|mother|father|mum|mom|dad|son|daughter|brother|sister|partner)\s+died\b|\bdeceased\b|\bbereave(?:d|ment)\b",
        r"\bverstorben\b|\bd[eé]c[eé]d[eé]e?\b|\bfalleci(?:[oó]|do|da)\b",
    ),
}
"""Topics that only people answer, by name."""


def wants_person(text: str) -> str | None:
    """Return the words with which the text asks for a person, or None."""
    if _DECLINES_PERSON.search(text):
        return None
    found = WANTS_PERSON.search(text)
    return found.group(0).strip() if found else None


def repeats_self(text: str) -> str | None:
    """Return the words with which the customer says that they repeat themselves, or None."""
    found = REPEATS_SELF.search(text)
    return found.group(0).strip() if found else None


def not_understood(text: str) -> bool:
    """Say whether the customer says that the answer was none."""
    return bool(NOT_UNDERSTOOD.search(text))


def topic_of(text: str, topics: Iterable[str]) -> tuple[str, str] | None:
    """Return the first of the topics that the text touches, with the words that say so."""
    for topic in topics:
        pattern = TOPICS.get(topic)
        found = pattern.search(text) if pattern else None
        if found:
            return topic, found.group(0).strip()
    return None
