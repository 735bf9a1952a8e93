# make install [PREFIX=/usr/local] [DESTDIR=]   copies Token Tray below PREFIX
# make uninstall                                 takes it away again

PREFIX  ?= /usr/local
DESTDIR ?=
TO      := $(DESTDIR)$(PREFIX)
FILES   := $(sort $(shell find bin share -type f))
ENTRY   := share/applications/app.tokentray.TokenTray.desktop

.PHONY: install uninstall
install:
	@for file in $(FILES); do install -D -m "$$([ -x "$$file" ] && echo 755 || echo 644)" "$$file" "$(TO)/$$file" || exit; done
	@# Desktops don't all look for programs below this prefix.
	@sed 's|^Exec=tokentray|Exec=$(PREFIX)/bin/tokentray|' $(ENTRY) >"$(TO)/$(ENTRY)"
	@# Icons that were remembered before don't hide the new one.
	@touch "$(TO)/share/icons/hicolor"
	@echo "Token Tray is in $(TO)/bin/tokentray and in your desktop's menu."

uninstall:
	@cd "$(TO)" && rm -f $(FILES) && for file in $(filter share/%,$(FILES)); do \
		folder=$${file%/*}; \
		while [ "$$folder" != share ] && rmdir "$$folder" 2>/dev/null; do folder=$${folder%/*}; done; \
	done; true
	@echo "Token Tray is gone from $(TO). Your accounts and settings are still there."
