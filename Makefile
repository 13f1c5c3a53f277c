# `make demo` runs the main job on simulated plays, `make test` runs the tests. Both set up what they need.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DATA ?=
TORCH ?= torch==2.13.0
# The versions that the tests passed with; `CONSTRAINTS=/dev/null` takes the newest that pyproject.toml allows.
CONSTRAINTS ?= constraints.txt
# Files of tests side by side, one per core; the tests of one file share what they set up.
PYTEST = $(BIN)/pytest --numprocesses auto --dist loadfile

.PHONY: help install demo real ui review report test test-fast lint spark lock audit clean

help: ## Show the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(VENV)/.installed ## Make the environment

# A PyTorch that is already there (a CUDA build, say) satisfies the range in pyproject.toml and is kept.
$(VENV)/.installed: pyproject.toml constraints.txt
	@echo "Setting up $(VENV) (a few minutes the first time) ..."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/python -c "import torch" 2>/dev/null || $(BIN)/pip install --quiet "$(TORCH)"
	PYTHONWARNINGS=ignore $(BIN)/pip install --quiet --constraint "$(CONSTRAINTS)" --editable ".[dev]"
	@touch $@

demo: install ## Run the whole main job on a small simulated season
	$(BIN)/ghost demo

real: install ## Run the whole main job on real plays: make real DATA=folder
	@test -n "$(DATA)" || { echo "Say where the plays are: make real DATA=path/to/ngs_highlights"; exit 2; }
	GHOST_HOME=.ghost/real $(BIN)/ghost land "$(DATA)"
	GHOST_HOME=.ghost/real $(BIN)/ghost refresh

ui: install ## Open the Dagster UI on http://127.0.0.1:3000
	$(BIN)/ghost ui

review: install ## Let experts rate paths on http://127.0.0.1:8501
	$(BIN)/ghost review

lint: install ## Format check, lint, types, direction of imports, SQL
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: install lint ## Run every test, the fast ones first
	$(PYTEST) -m "not slow and not browser"
	$(PYTEST) -m "slow or browser"

test-fast: install ## Run the fast tests only
	$(PYTEST) -m "not slow and not browser"

spark: install ## Put Spark into build/spark, apart from the environment (0.5 GB; needs Java to run)
	$(BIN)/pip install --quiet --upgrade --target build/spark --constraint "$(CONSTRAINTS)" pyspark

lock: install ## Write the versions of this environment into constraints.txt
	$(BIN)/pip install --quiet --constraint "$(CONSTRAINTS)" --editable ".[dev,spark]"
	$(BIN)/python -m infra.lock

audit: install ## docs/licences.md, SBOM into build/, known weaknesses of the tested versions (asks the network)
	$(PYTHON) -m venv build/audit
	build/audit/bin/pip install --quiet cyclonedx-bom pip-audit pip-licenses
	printf '# Licences of the tested versions\n\nWritten by `make audit`.\n\n' > docs/licences.md
	build/audit/bin/pip-licenses --python $(BIN)/python --from=mixed --order=license --format=markdown \
		--ignore-packages ghost-pipeline | sed 's/  */ /g; s/----*/---/g' >> docs/licences.md
	build/audit/bin/cyclonedx-py environment $(BIN)/python --output-file build/sbom.json
	build/audit/bin/pip-audit --requirement constraints.txt --no-deps --disable-pip

clean: ## Remove local state, but no source
	rm -rf .ghost build *.egg-info
