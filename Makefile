# make run     starts Token Tray with practice accounts
# make test    runs every test, on a desktop of its own; installs what is missing
# make lint    looks for mistakes without running the program; says nothing but what it looked at where there are none
# make demo    shows the program at work, and each problem, without a screen: pictures in build/demo
# make bench   prints the figures: speed, memory, size
# make soak    uses the program hard for ten minutes, and fails if anything in it grows or a dead token is copied
# make package builds what people install, into build/package: a Debian package, an archive for other Linux systems, and the
#              program for Windows (on a Mac: the bundle for macOS); installs what is missing
# make windows tries the program for Windows alone, on wine, on the virtual desktop; the first time takes ten minutes
# make pictures takes the README's pictures anew, into assets/pictures
# make icons   draws the icons in pixels from their SVGs, into assets
# make build   build/tokentray      make release   build/release/tokentray      make clean

GO   ?= go
# no_emoji leaves Fyne's emoji font out: 4 MB of the program, and 6 MB of memory for each style of text.
TAGS := migrated_fynedo,no_emoji
export CGO_ENABLED := 1

# -trimpath everywhere: with it or without it, Go compiles Fyne's C anew, which takes minutes.
BUILD   := $(GO) build -trimpath -tags $(TAGS)
LDFLAGS := -s -w -buildid=
RELEASE := $(BUILD) -buildvcs=false -ldflags "$(LDFLAGS)"
PACKAGES ?= build/package
# Which of "linux" and "windows" make package builds for; empty: all of them.
SYSTEMS  ?=
HOW     := GO="$(GO)" TAGS="$(TAGS)" BUILD='$(BUILD)' LDFLAGS="$(LDFLAGS)"

.PHONY: run build release package windows test lint bench soak demo pictures icons clean
.DEFAULT_GOAL := build

run: screen build
	@exec build/tokentray --practice

.PHONY: screen
screen:
	@if [ "$$(uname)" = Linux ] && [ -z "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
		echo "There is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set). 'make demo' works without one." >&2; \
		exit 1; \
	fi

build:
	@.ci/need build
	$(BUILD) -o build/tokentray .

release:
	@.ci/need build
	$(RELEASE) -o build/release/tokentray .

package:
	@.ci/need package
	@$(HOW) .package/build $(PACKAGES) $(SYSTEMS)

windows: build
	@.ci/need windows
	@$(HOW) .package/build build/windows windows
	TOKENTRAY_BINARY=$(CURDIR)/build/tokentray TOKENTRAY_PACKAGES=$(CURDIR)/build/windows TOKENTRAY_ARTIFACTS=$(CURDIR)/build/windows/desktop \
		$(GO) test -v -count=1 -tags "desktop,$(TAGS)" -run Windows ./app/ring

test:
	@.ci/need test
	@$(HOW) .ci/rings

lint:
	@.ci/need lint
	@GO="$(GO)" TAGS="$(TAGS)" .ci/lint

bench: release
	@.ci/need test
	$(RELEASE) -o build/release/bare ./app/ring/bare
	$(GO) test -trimpath -run '^$$' -bench . -benchmem ./oauth
	$(GO) test -trimpath -run '^$$' -bench . -tags ci,$(TAGS) ./app ./app/desktop
	$(GO) run -trimpath ./app/ring/bench -program build/release/tokentray -baseline build/release/bare

soak: build
	@.ci/need test
	TOKENTRAY_SOAK=$${TOKENTRAY_SOAK:-10m} TOKENTRAY_BINARY=$(CURDIR)/build/tokentray TOKENTRAY_ARTIFACTS=$(CURDIR)/build/soak \
		$(GO) test -v -count=1 -timeout 30m -tags "desktop,$(TAGS)" -run '^TestSoak$$' ./app/ring

demo: build
	@.ci/need demo
	$(GO) run -trimpath ./app/ring/demo -program build/tokentray -to build/demo

pictures: build
	@.ci/need demo
	$(GO) run -trimpath ./app/ring/demo -program build/tokentray -pictures assets/pictures

icons:
	@.ci/need test
	.package/icons

clean:
	rm -rf build
