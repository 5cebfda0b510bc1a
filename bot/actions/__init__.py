"""The custom actions of the bot: what happens in the company's systems when a skill asks for it."""
