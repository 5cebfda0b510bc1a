"""How well the library finds, measured on questions whose answers are known."""
