"""Saying what a channel cannot show in what it can: buttons and article links become words."""

from dataclasses import replace

from channels.contract import Capability, Channel, Outbound


def rendered(message: Outbound, channel: Channel) -> Outbound:
    """Return the message as this channel can carry it; nothing that was said is lost."""
    text = message.text
    if message.quick_replies and Capability.quick_replies not in channel.capabilities:
        choices = "\n".join(f"{number}. {reply.title}" for number, reply in enumerate(message.quick_replies, 1))
        text = f"{text}\n\n{choices}"
        message = replace(message, quick_replies=())
    if message.articles and Capability.articles not in channel.capabilities:
        links = "\n".join(f"{article.title}: {article.url}" for article in message.articles)
        text = f"{text}\n\n{links}"
        message = replace(message, articles=())
    return replace(message, text=text)
