# `make lab` to learn, `make test` to check; `make` alone lists the rest.
# Plain enough for the GNU make 3.81 that macOS brings. On Windows run it from Git Bash.

VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PY := $(BIN)/python
export HERE := $(CURDIR)
export PYTHON

.PHONY: help lab fresh explore serve slides pages site serve-site test lint notebooks bench prove clean

help:
	@echo "make lab               the course: copies the lessons into my-course/ and opens JupyterLab there"
	@echo "make fresh LESSON=04   a clean copy of lesson 04; yours is kept beside it under another name"
	@echo "make explore           the explorer alone, in a window of its own, for the front of a class; its variables:"
	@echo "                       STORY=\"forged state\" PROVIDER=Facebook ERA=2013 PRESENT=no THEME=dark"
	@echo "make serve PORT=8000   GitHub and Facebook for practice over real HTTP, for a browser, curl or any client"
	@echo "make slides            every lesson as slides in build/slides/, which a browser shows without a network"
	@echo "make pages             every lesson as a page to read, in build/pages/"
	@echo "make site              the course as plain files in build/site/, which run in a browser: nothing to install"
	@echo "make serve-site        that on this computer, at PORT=8001; any other server of files does as well"
	@echo "make test              everything: style, types, unit tests, and every lesson run and compared"
	@echo "make lint              style and types only"
	@echo "make notebooks         run every lesson in notebooks/ afresh and save it in its normal form"
	@echo "make bench             how long things take, as ratios; ten minutes or so, and no part of make test"
	@echo "make prove             break the project in over a hundred ways, and see the tests notice each; six minutes or more"
	@echo "make clean             remove .venv and the caches; my-course/ stays"
	@echo ""
	@echo "Each makes .venv when it is missing or out of date, with uv if that is installed, else with pip."
	@echo "PYTHON=/path/to/python3 chooses the Python for a new .venv (3.11 or newer)."

lab: $(VENV)/.course
	@"$(PY)" tools/lab.py

fresh: $(VENV)/.course
	@"$(PY)" tools/lab.py --fresh "$(LESSON)"

explore: $(VENV)/.course
	@"$(PY)" -m tools.explore provider="$(PROVIDER)" era="$(ERA)" story="$(STORY)" present="$(PRESENT)" theme="$(THEME)"

serve: $(VENV)/.course
	@"$(PY)" -m oauth_steps.practice --port "$(or $(PORT),8000)"

slides: $(VENV)/.course
	@"$(PY)" -m tools.slides deck

pages: $(VENV)/.course
	@"$(PY)" -m tools.slides page

site: $(VENV)/.course
	@"$(PY)" -m tools.lite

serve-site: $(VENV)/.course
	@test -d build/site || "$(PY)" -m tools.lite
	@"$(PY)" -m http.server --bind 127.0.0.1 --directory build/site "$(or $(PORT),8001)"

# One pytest run, so one summary. loadfile: a notebook's cells must meet in one kernel.
test: lint
	"$(PY)" -m pytest tests $(wildcard notebooks) -n 2 --dist loadfile --durations=10 \
	    --nbval --nbval-current-env --nbval-cell-timeout=120

lint: $(VENV)/.test
	"$(PY)" -m ruff check
	"$(PY)" -m ruff format --check
	"$(PY)" -m mypy

# Formatted first: a saved lesson is then one that `make lint` accepts.
notebooks: $(VENV)/.test
	"$(PY)" -m ruff format $(wildcard notebooks)
	"$(PY)" -m tools.notebooks

bench: $(VENV)/.test
	"$(PY)" -m bench.ratios

prove: $(VENV)/.test
	"$(PY)" -m tools.prove

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis

# --- the environment ------------------------------------------------------------------------------------

# A .venv whose Python is gone (the system's was replaced), or that came along when the folder was moved
# or copied, is made anew, whatever its stamps say.
ifneq ($(shell "$(PY)" -c "" 2>/dev/null && cat $(VENV)/.made-in 2>/dev/null),$(CURDIR))
.PHONY: $(VENV)/.course $(VENV)/.test
endif

$(VENV)/.course: pyproject.toml
	@sh tools/environment.sh course
	@touch $@

$(VENV)/.test: pyproject.toml
	@sh tools/environment.sh course,test,browser
	@touch $(VENV)/.course $@
