# The verbs of the house. CI runs the same ones.
SHELL := /bin/bash
SWIFT_BUILD_FLAGS := --explicit-target-dependency-import-check error
DATA ?= data
MINUTES ?= 60
RUN_FLAGS ?=

.PHONY: build run test lint format bench docs soak fuzz clean setup

setup:
	@scripts/setup

build: setup
	swift build -c release --product isocenter $(SWIFT_BUILD_FLAGS)

run: build
	@.build/release/isocenter serve --data $(DATA) --demo $(RUN_FLAGS)

test:
	@scripts/setup test
	@scripts/test

lint:
	@scripts/setup lint
	swift format lint --strict --recursive Sources Tests Tools Benchmarks Fuzzing Package.swift
	tsc -p Sources/WebApp/jsconfig.json

format:
	swift format --in-place --recursive Sources Tests Tools Benchmarks Fuzzing Package.swift

bench:
	@scripts/setup bench
	@scripts/bench

docs: setup
	@scripts/docs

soak:
	@scripts/setup test
	@scripts/fuzz 60
	@scripts/soak

fuzz:
	@scripts/setup test
	@scripts/fuzz $(MINUTES)

clean:
	swift package clean
