# Everything a person starts by hand; `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help run test check fix dev setup models lint migration wire eval bench lock bot.train bot.test web.test

VENV = .venv/bin
# Any Python that runs may begin; bootstrap.py then looks for the one that fits (WARMLINE_PYTHON names it).
bootstrap = for p in "$$WARMLINE_PYTHON" python3 python3.11 python3.12 python3.13; do \
	  if [ -n "$$p" ] && "$$p" -c '' 2>/dev/null; then exec "$$p" docker/bootstrap.py $(1); fi; done; \
	  echo ' x No Python was found. Install Python 3.11 or newer, or set WARMLINE_PYTHON to its path.' >&2; exit 1

help: ## this list
	@awk -F ':.*## ' '/^[a-z.]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## set up what is missing, then start everything; Ctrl-C stops all of it
	@$(call bootstrap,run)

test: models ## set up what is missing, then every test: house, bot, web apps
	$(VENV)/python -m pytest -n 2 --dist loadgroup $(PYTEST)
	$(MAKE) bot.test web.test

check: lint test ## format, lint, types and walls, then every test; what CI runs

fix: setup ## format, and mend what the linter can
	$(VENV)/ruff check --fix . && $(VENV)/ruff format .

dev: setup ## like run, with the tools for tests and checks installed
	@$(VENV)/python -m server.up run

setup: ## the environments (tests' tools included) and the web apps, and nothing started
	@$(call bootstrap,setup)

models: ## set up, then make the models that the tests need
	@$(call bootstrap,test)

lint: setup ## format, lint, types and walls
	$(VENV)/ruff format --check . && $(VENV)/ruff check .
	cd bot && ../$(VENV)/ruff format --check . && ../$(VENV)/ruff check .
	$(VENV)/mypy
	$(VENV)/lint-imports
	$(VENV)/python -m server.up npm run check

migration: ## a new migration from the models: make migration m="orders remember their channel"
	$(VENV)/python -m server migrate --new "$(m)"

wire: ## write what is generated: types for the web apps, schemas, docs of the settings
	$(VENV)/python -m server wire && $(VENV)/python -m server.up npm run wire

eval: ## quality, one kind at a time: make eval a="intents --data FILE"
	$(VENV)/python -m server eval $(a)

bench: ## speed against its floor, one kind at a time: make bench a="turn"
	$(VENV)/python -m server bench $(a)

lock: ## write the lock files anew from pyproject.toml (needs uv)
	docker/lock.sh

bot.train: ## train the bot where anything changed
	bot/.venv/bin/python bot/run.py train

bot.test: ## the bot's own tests, in its own environment
	home="$${WARMLINE_HOME:-.warmline}"; mkdir -p "$$home" && home="$$(cd "$$home" && pwd)" && \
	  cd bot && WARMLINE_HOME="$$home" .venv/bin/python -m pytest $(PYTEST)

web.test: ## the tests of the web apps
	$(VENV)/python -m server.up npm test
