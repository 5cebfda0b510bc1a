"""What the system itself says to customers, in their language. English where a language is missing."""

from typing import Literal

NoticeCode = Literal[
    "handoff_requested",
    "bot_unavailable",
    "company_unavailable",
    "ai_off",
    "agent_joined",
    "bot_back",
    "closed",
    "ended_by_customer",
]

TEXTS: dict[str, dict[NoticeCode, str]] = {
    "en": {
        "handoff_requested": "I've asked a colleague to take over. They can see everything you wrote, so you won't "
        "have to repeat it. You can go on writing here.",
        "bot_unavailable": "Our assistant isn't available right now. A colleague will answer you here; everything you "
        "write is kept.",
        "company_unavailable": "One of our systems isn't answering, and nothing has been changed. A colleague will "
        "take care of it here.",
        "ai_off": "A colleague will answer you here. Everything you write is kept.",
        "agent_joined": "{name} has joined the conversation.",
        "bot_back": "The assistant is answering again. You can ask for a person at any time.",
        "closed": "This conversation is closed. Write again whenever you need us.",
        "ended_by_customer": "You ended this conversation. Write again whenever you need us.",
    },
    "de": {
        "handoff_requested": "Ich habe eine Kollegin oder einen Kollegen gebeten zu übernehmen. Alles, was Sie "
        "geschrieben haben, ist dort zu sehen, Sie müssen nichts wiederholen. Schreiben Sie gern weiter.",
        "bot_unavailable": "Unser Assistent ist gerade nicht erreichbar. Jemand aus dem Team antwortet Ihnen hier; "
        "alles, was Sie schreiben, bleibt erhalten.",
        "company_unavailable": "Eines unserer Systeme antwortet nicht, es wurde nichts geändert. Jemand aus dem Team "
        "kümmert sich hier darum.",
        "ai_off": "Jemand aus dem Team antwortet Ihnen hier. Alles, was Sie schreiben, bleibt erhalten.",
        "agent_joined": "{name} ist jetzt im Gespräch.",
        "bot_back": "Der Assistent antwortet wieder. Sie können jederzeit nach einem Menschen fragen.",
        "closed": "Dieses Gespräch ist beendet. Schreiben Sie uns jederzeit wieder.",
        "ended_by_customer": "Sie haben das Gespräch beendet. Schreiben Sie uns jederzeit wieder.",
    },
    "es": {
        "handoff_requested": "He pedido a una persona del equipo que continúe. Puede ver todo lo que ha escrito, así "
        "que no tendrá que repetirlo. Puede seguir escribiendo aquí.",
        "bot_unavailable": "Nuestro asistente no está disponible ahora. Una persona del equipo le responderá aquí; "
        "todo lo que escriba se conserva.",
        "company_unavailable": "Uno de nuestros sistemas no responde y no se ha cambiado nada. Una persona del equipo "
        "se ocupará de ello aquí.",
        "ai_off": "Una persona del equipo le responderá aquí. Todo lo que escriba se conserva.",
        "agent_joined": "{name} está ahora en la conversación.",
        "bot_back": "El asistente responde de nuevo. Puede pedir hablar con una persona en cualquier momento.",
        "closed": "Esta conversación está cerrada. Escríbanos de nuevo cuando lo necesite.",
        "ended_by_customer": "Ha terminado la conversación. Escríbanos de nuevo cuando lo necesite.",
    },
    "fr": {
        "handoff_requested": "J'ai demandé à une personne de l'équipe de prendre le relais. Elle voit tout ce que vous "
        "avez écrit, vous n'aurez rien à répéter. Vous pouvez continuer à écrire ici.",
        "bot_unavailable": "Notre assistant n'est pas disponible pour le moment. Une personne de l'équipe vous "
        "répondra ici; tout ce que vous écrivez est conservé.",
        "company_unavailable": "L'un de nos systèmes ne répond pas et rien n'a été modifié. Une personne de l'équipe "
        "s'en occupera ici.",
        "ai_off": "Une personne de l'équipe vous répondra ici. Tout ce que vous écrivez est conservé.",
        "agent_joined": "{name} a rejoint la conversation.",
        "bot_back": "L'assistant répond de nouveau. Vous pouvez demander une personne à tout moment.",
        "closed": "Cette conversation est terminée. Écrivez-nous à nouveau quand vous voulez.",
        "ended_by_customer": "Vous avez terminé la conversation. Écrivez-nous à nouveau quand vous voulez.",
    },
}

NOTICE_OF_REASON: dict[str, NoticeCode] = {
    "bot_unavailable": "bot_unavailable",
    "company_unavailable": "company_unavailable",
    "ai_switched_off": "ai_off",
}


def notice_text(code: NoticeCode, locale: str, **values: str) -> str:
    """Return the words of a notice in a locale (`de-AT` falls back to `de`, then to English)."""
    language = locale.split("-", 1)[0].lower()
    texts = TEXTS.get(language, TEXTS["en"])
    return texts[code].format(**values)


def notice_for(reason: str) -> NoticeCode:
    """Return the notice that a handoff for this reason begins with."""
    return NOTICE_OF_REASON.get(reason, "handoff_requested")
