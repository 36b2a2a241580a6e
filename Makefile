# Every target makes what it needs from a bare clone: Python 3.11 or newer, pip and make.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
RUN    ?= run

.PHONY: help setup demo test lint eval forms model encoder ablations frozen base-curve corpus-card bench scale-cost soak example picture build lock clean
.DEFAULT_GOAL := help

help: ## say what each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

setup: $(VENV)/.ready ## the virtual environment, from locked and hashed versions

$(VENV)/.ready: requirements/dev.txt requirements/language.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/language.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

demo: setup ## analyse the corpus and write the comparison report
	$(BIN)/assessor analyze corpus/fiches -o $(RUN)
	@echo "Open $(RUN)/report/index.html in a browser."

test: setup ## all tests
	$(BIN)/python -m pytest -n 2

lint: setup ## style, annotations, types
	$(BIN)/ruff check src tests tools
	$(BIN)/ruff format --check src tests tools
	$(BIN)/mypy

eval: setup ## score the shipped analysis on the corpus's test writers
	$(BIN)/python tools/evaluate.py

forms: setup ## score the parser on forms laid out in ten ways (needs soffice and pdftotext)
	PYTHONPATH=. $(BIN)/python tools/score_forms.py

model: setup ## train the shipped model on the corpus's train writers
	$(BIN)/python tools/train_model.py --curve

base-curve: setup ## what 10 to 80 labelled fiches add to a base model; writes it into docs/model.md
	$(BIN)/python tools/base_curve.py --write

encoder: setup ## train the Spanish reader on the corpus (PyTorch; an hour on one core)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements/train.in
	OMP_NUM_THREADS=1 $(BIN)/python -W ignore tools/train_encoder.py src/assessor/models/es-reader

ablations: setup ## short trainings of the reader's variants, for docs/encoder.md
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements/train.in
	OMP_NUM_THREADS=1 $(BIN)/python -W ignore tools/encoder_ablations.py

frozen: setup ## what frozen e5 and USE score on the test writers, for docs/encoder.md
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements/frozen.in
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python tools/frozen_baselines.py

corpus-card: setup ## rewrite the coverage and agreement tables of corpus/README.md
	$(BIN)/python tools/corpus_card.py

bench: setup ## speed, as ratios to spaCy on the same texts; the report at 500 programmes
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python tools/bench.py
	$(BIN)/python tools/bench_report.py

scale-cost: setup ## how time and memory grow with the number of fiches, for docs/scale.md
	$(BIN)/python tools/scale_cost.py --write

soak: setup ## the long tests: chaos, kills, flipped bytes, mutated files, failing disks, bombs
	$(BIN)/python tools/soak.py
	SOAK=1 $(BIN)/python -m pytest tests/runs/test_durable.py tests/documents/test_hostile.py

example: setup ## the example report in reports/: one country's fiches of the corpus
	$(BIN)/assessor analyze corpus/fiches -o $(RUN) --quiet
	$(BIN)/assessor report $(RUN) -o reports --format html,md,xlsx,docx,json --where "country=Perú"

picture: example ## the README's picture of the example report (needs chromium)
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1280,1750 \
	  --screenshot=docs/report.png "file://$(abspath reports)/index.html"

build: setup ## a wheel in dist/
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation -w dist .

lock: ## renew the locked versions (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements/run.txt
	uv pip compile pyproject.toml --extra test --extra lint --extra parquet --extra reader --extra review --extra scale --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements/dev.txt
	uv pip compile requirements/language.in --no-deps --generate-hashes --no-emit-index-url --no-header -q -o requirements/language.txt

clean: ## remove what the targets made
	rm -rf $(VENV) $(RUN) build dist .pytest_cache .mypy_cache .ruff_cache
