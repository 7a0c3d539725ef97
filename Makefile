# Roger: make demo, make test. Everything is installed into .venv; nothing else on the machine changes.
PYTHON ?= python3
BIN := .venv/bin
AUDIO := tests/audio
LLM ?= 1

.PHONY: help demo web test hil lint bench image boot-test docs release release-key clean

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo:  ## spoken turns through the real engines and the whole machine, no hardware, no key; LLM=0 without llama.cpp
	@PYTHON=$(PYTHON) sh scripts/setup.sh $(if $(filter 0,$(LLM)),,llm)
	@$(BIN)/roger models fetch whisper-tiny.en e5-small minilm-l6 $(if $(filter 0,$(LLM)),,smollm2-135m-instruct)
	@$(BIN)/roger simulate --fast \
	    --wav $(AUDIO)/demo_brightness.wav \
	    --wav $(AUDIO)/demo_question.wav \
	    --wav $(AUDIO)/demo_silence.wav \
	    --say "거실 불 좀 켜 줘" \
	    --trace out/demo/trace.jsonl --frames out/demo/frames
	@echo "A sentence for each stage of understanding: rules, complaints, meaning$(if $(filter 0,$(LLM)),,, language model)"
	@$(BIN)/roger try $(if $(filter 0,$(LLM)),,--llm local) "turn on the kitchen light" "it's too dark in here" \
	    "kill the lights" $(if $(filter 0,$(LLM)),,"is it late")

web:  ## the same assistant as a page in the browser, everything on this computer; LLM=0 without llama.cpp
	@PYTHON=$(PYTHON) sh scripts/setup.sh web $(if $(filter 0,$(LLM)),,llm)
	@$(BIN)/roger models fetch whisper-tiny.en e5-small minilm-l6 $(if $(filter 0,$(LLM)),,smollm2-135m-instruct)
	@$(BIN)/roger web $(if $(filter 0,$(LLM)),,--model smollm2-135m-instruct)

test:  ## all tests; fetches three small models the first time, needs no network after that
	@PYTHON=$(PYTHON) sh scripts/setup.sh dev
	@$(BIN)/roger models fetch whisper-tiny.en whisper-base e5-small minilm-l6
	@$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile

hil:  ## tests/hardware in a small guest with real kernel drivers; needs root and minutes, skips where it cannot run
	@PYTHON=$(PYTHON) sh scripts/hil/run.sh

lint:  ## style, types, and the direction of imports
	@PYTHON=$(PYTHON) sh scripts/setup.sh dev
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

bench:  ## measure; CLIPS=folder with index.json for the recognisers
	@PYTHON=$(PYTHON) sh scripts/setup.sh dev
	@$(BIN)/python scripts/bench/asr.py --clips "$(CLIPS)"
	@$(BIN)/python scripts/bench/intent.py
	@$(BIN)/python scripts/bench/simulator.py

image:  ## a memory card for the Pi 4 and 5, into out/image; needs root; LLM=1 with llama.cpp
	@LLM=$(if $(filter command line environment,$(origin LLM)),$(LLM),0) PYTHON=$(PYTHON) bash scripts/image/build.sh

boot-test:  ## start that image in an emulated computer: press, speak, look at its screen; takes minutes
	@PYTHON=$(PYTHON) sh scripts/setup.sh
	@$(BIN)/python scripts/image/boot_test

docs:  ## the parts of docs/ that the program makes itself
	@PYTHON=$(PYTHON) sh scripts/setup.sh dev
	@$(BIN)/python scripts/make_error_docs.py
	@$(BIN)/python scripts/make_pictures.py
	@$(BIN)/python scripts/make_splash.py
	@$(BIN)/python scripts/make_diagram.py
	@$(BIN)/python scripts/make_wiring_picture.py
	@$(BIN)/python scripts/make_terminal_picture.py
	@$(BIN)/python scripts/make_report_picture.py

release:  ## a signed update out of the image that `make image` made, for `roger update`
	@sh scripts/update/bundle.sh out/image/roger.img out/image/roger.raucb

release-key:  ## the key that signs releases, made once; keep a copy of scripts/update/keys
	@sh scripts/update/keys.sh

clean:  ## remove what was made here, but not the fetched models
	@rm -rf .venv build dist out *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
