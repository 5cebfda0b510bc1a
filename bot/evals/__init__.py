"""Quality of the bot's understanding on any data; no part of a trained model's fingerprint."""
