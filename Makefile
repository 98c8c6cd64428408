# Everything a user or a developer does from a shell. `make help` lists it.
.DEFAULT_GOAL := help
.PHONY: help bootstrap up down status logs reset story demo test bench faults check compose lock

maillage := .venv/bin/maillage

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

bootstrap: ## make .venv and install the locked libraries (the others do it when needed)
	@deploy/bootstrap.sh

up: bootstrap ## start the whole network and wait until it is ready
	@$(maillage) up

down: bootstrap ## stop all of it; the data stays
	@$(maillage) down

status: bootstrap ## what runs, since when, with how much memory
	@$(maillage) status

logs: bootstrap ## the latest lines of every process (follow one: .venv/bin/maillage logs NAME --follow)
	@$(maillage) logs

reset: bootstrap ## stop and delete all data, after asking
	@$(maillage) reset

demo: bootstrap ## load the demonstration network (make up does it when there is no data)
	@$(maillage) demo load

story: bootstrap ## play the story of Colette against the running network
	@$(maillage) story

test: bootstrap ## run every test against private servers (some: make test ARGS="-k seats")
	@.venv/bin/python -m deploy.test $(ARGS)

bench: bootstrap ## figures of this machine, as Markdown: against PostGraphile, commands, growth... (some: ARGS="growth")
	@.venv/bin/python -m deploy.measure.bench $(ARGS)

faults: bootstrap ## half an hour of faults on a network of its own (SEED=7 DURATION=1800)
	@.venv/bin/python -m tests.faults $(ARGS)

check: bootstrap ## lint, types, import rules, committed schema, migrations
	@.venv/bin/python -m deploy.check

compose: ## start the network in containers (needs Docker with Compose, nothing else)
	@docker build --quiet --tag maillage . >/dev/null
	@$$(docker compose version >/dev/null 2>&1 && echo docker compose || echo docker-compose) up --detach
	@echo "http://127.0.0.1:$${MAILLAGE_GATEWAY_PORT:-8080}/graphql"
	@echo "Sign in: docker compose exec issuer maillage token staff"

lock: ## resolve pyproject.toml again into requirements.lock (needs uv)
	@echo 'setuptools>=80' | uv pip compile pyproject.toml - --all-extras --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet -o requirements.lock
