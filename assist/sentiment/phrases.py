"""What service messages say about mood that a general lexicon does not know.

Valences are on the scale of the VADER lexicon, -4 to 4, and were set by hand.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """A way of saying something, with its name and valence."""

    name: str
    pattern: re.Pattern[str]
    valence: float


def _phrase(name: str, valence: float, pattern: str) -> Phrase:
    return Phrase(name, re.compile(pattern, re.IGNORECASE), valence)


WORDS: dict[str, float] = {
    "unacceptable": -2.8, "ridiculous": -2.6, "useless": -2.4, "hopeless": -2.4, "rubbish": -2.0, "crap": -2.4,
    "incompetent": -2.8, "appalling": -3.0, "shambles": -2.6, "disgrace": -2.8, "pathetic": -2.6,
    "unprofessional": -2.4, "overcharged": -1.6, "misleading": -1.8, "faulty": -1.4, "defective": -1.4,
    "damaged": -1.2, "broken": -1.2, "scratched": -1.0, "leaks": -1.0, "crashes": -1.2, "crashing": -1.2,
    "freezes": -1.0, "outage": -1.2, "delayed": -1.2, "cancelled": -0.8, "canceled": -0.8, "unreachable": -1.2,
    "unanswered": -1.2, "wtf": -3.0, "furious": -3.2, "ignored": -1.8, "fixed": 1.2, "sorted": 1.4, "solved": 1.6,
    "resolved": 1.4, "lifesaver": 3.0, "spotless": 2.0, "flawless": 2.6, "problem": -0.5, "problems": -0.5,
    "lost": -0.6, "error": -0.6, "alert": 0.0, "cancel": -0.2, "cancelling": -0.6, "dispute": -0.5,
    "complaint": -0.6, "debt": 0.0, "share": 0.0, "please": 0.3, "help": 0.2, "interest": 0.0, "balance": 0.0,
    "emergency": -0.4, "fire": -0.2, "kind": 0.8, "ok": 0.3, "okay": 0.3, "hello": 0.0, "hi": 0.0, "yes": 0.2,
    "no": -0.3,
}  # fmt: skip
"""Single words that mean something else, or more, to a service desk than in general talk."""

PHRASES: tuple[Phrase, ...] = (
    _phrase(
        "asked again",
        -2.4,
        r"\b(?:second|third|fourth|fifth|2nd|3rd|4th|5th|nth|umpteenth|hundredth)\s+time\b",
    ),
    _phrase("many times", -1.6, r"\b(?:several|many|multiple|so\s+many|three|four|five|six|ten|\d+)\s+times\b"),
    _phrase("how many times", -2.6, r"\bhow\s+many\s+(?:more\s+)?times\b"),
    _phrase(
        "still not",
        -1.2,
        r"\bstill\s+(?:no|not|nothing|haven'?t|hasn'?t|don'?t|doesn'?t|isn'?t|can'?t|waiting|broken)\b",
    ),
    _phrase(
        "nobody helps",
        -2.2,
        r"\b(?:no\s?body|no\s+one|nobody)\b[^.?!]{0,25}\b(?:answer|repl|car|help|pick|call|tell|know|respond"
        r"|look)",
    ),
    _phrase(
        "no answer",
        -1.6,
        r"\b(?:no|zero|without\s+an?y?)\s+(?:answer|reply|response|update|explanation|apology|notice"
        r"|information)\b",
    ),
    _phrase(
        "waited long",
        -1.4,
        r"\b(?:waiting|waited|on\s+hold|queue)\b[^.?!]{0,20}\b(?:\d+|an|two|three|four|five|six"
        r"|several)\s*(?:hours?|hrs?|minutes?|mins?|days?|weeks?|months?)\b",
    ),
    _phrase(
        "fed up",
        -2.8,
        r"\b(?:fed\s+up|sick\s+(?:and\s+tired\s+)?of|tired\s+of|had\s+enough|done\s+with\s+(?:you|this))\b",
    ),
    _phrase("waste", -2.2, r"\bwaste\s+(?:of|my)\b|\bwasted\b"),
    _phrase("never again", -2.8, r"\bnever\s+(?:again|\w+ing\s+(?:\w+\s+){0,3}again)\b|\bnever\s+showed\s+up\b"),
    _phrase("worst", -1.4, r"\bworst\b[^.?!]{0,30}\bever\b"),
    _phrase(
        "a joke",
        -2.6,
        r"\b(?:is|are|what)\s+an?\s+(?:absolute\s+|complete\s+|total\s+)?(?:joke|farce|disaster|nightmare"
        r"|scam|mess)\b",
    ),
    _phrase(
        "not good enough",
        -2.4,
        r"\b(?:not|isn'?t|wasn'?t)\s+(?:good\s+enough|acceptable|impressed|happy|what\s+i\s+(?:ordered|asked"
        r"|paid))\b",
    ),
    _phrase(
        "does not work",
        -1.0,
        r"\b(?:does\s?n[o']?t|did\s?n[o']?t|won'?t|not|never|stopped)\s+work(?:ed|ing)?\b|\bdoesn'?t"
        r"\s+(?:load|open|connect|turn\s+on)\b",
    ),
    _phrase("again", -1.0, r"\bagain\s*[!?.]*$"),
    _phrase("broken promise", -1.8, r"\b(?:you|i\s+was|was|were)\s+(?:promised|told|lied)\b|\bsupposed\s+to\b"),
    _phrase("money back", -1.6, r"\bmy\s+money\s+back\b|\bwhere\s+is\s+my\s+(?:money|refund)\b"),
    _phrase(
        "hostile thanks",
        -3.0,
        r"\bthanks\s+for\s+nothing\b|\bthank\s+you\s+for\s+nothing\b|\bthanks\s+for\s+(?:the\s+)?(?:wait"
        r"|delay|wasting|losing|cancelling)",
    ),
    _phrase(
        "sarcasm",
        -3.4,
        r"^\W*(?:oh\s+|just\s+|well\s+)?(?:wow|great|brilliant|fantastic|perfect|lovely|wonderful|awesome"
        r"|nice|super|congratulations|good\s+job|great\s+job)\b[^.?!]{0,20}[,.!]?\s+[^?]{0,40}\b(?:another"
        r"|yet|again|still|cancel\w*|delay\w*|broke\w*|lost|losing|late|doesn'?t|won'?t|can'?t)\b",
    ),
    _phrase("yeah right", -2.0, r"\b(?:yeah|sure),?\s+(?:right|sure)\b|\blol\s+sure\b"),
    _phrase(
        "off the boil",
        -2.6,
        r"\b(?:what\s+the\s+(?:hell|heck|f\w*)|for\s+(?:god|christ|heaven)'?s\s+sake|are\s+you\s+(?:kidding"
        r"|joking)|you\s+must\s+be\s+joking)\b",
    ),
    _phrase(
        "leaving",
        -2.0,
        r"\b(?:switch(?:ing)?\s+to|going\s+to)\s+(?:\w+\s+)?(?:competitor|another\s+(?:provider|company|bank"
        r"|airline))|\bclose\s+my\s+account\b",
    ),
    _phrase("anger face", -2.4, "[😠😡🤬👎🙄😤😒]|>:\\("),
    _phrase("sad face", -1.6, "[😢😭😞😔☹️]|:-?\\("),
    _phrase(
        "many thanks",
        1.6,
        r"\bthank(?:s|\s+you)\s+(?:so|very)\s+much\b|\bmany\s+thanks\b|\bthanks\s+a\s+lot\b|\bcan'?t"
        r"\s+thank\s+you\s+enough\b",
    ),
    _phrase(
        "no complaint",
        3.0,
        r"\b(?:can'?t|cannot|couldn'?t|nothing\s+to|no)\s+(?:complain|complaints?|fault|be\s+(?:happier"
        r"|better))\b|\bnothing\s+but\s+praise\b",
    ),
    _phrase(
        "works now",
        1.8,
        r"\b(?:works?|working|worked)\s+(?:now|again|perfectly|great)\b|\bit\s+works\b|\bthat\s+(?:worked"
        r"|helped|helps)\b",
    ),
    _phrase(
        "made my day",
        2.6,
        r"\bmade\s+my\s+(?:day|weekend)\b|\bsaved\s+(?:my|our)\b|\byou(?:'re|\s+are)\s+a\s+(?:star|legend"
        r"|gem)\b",
    ),
    _phrase("happy face", 1.8, "[😊😀😃😄😁🙂😍🥰❤🙏🎉👏💛👍]|:-?\\)|<3"),
)  # fmt: skip
"""Phrases that say more than their words."""
