// Secondopinion runs an OpenID provider that this project did not write, zitadel/oidc's example, for tests that want
// more than the practice provider's word. It stands in a module of its own to keep its dependencies out of the
// product's.
//
// It prints one line of JSON, a Provider, with the path of the client file when it wrote one, and ends when its
// standard input closes (so /dev/null ends it at once) or on SIGTERM or an interrupt.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	clientFile := flag.String("client-file", "", "write the client to `PATH` in the form of Google's console")
	flag.Parse()
	if err := run(*clientFile); err != nil {
		fmt.Fprintln(os.Stderr, "secondopinion:", err)
		os.Exit(1)
	}
}

func run(clientFile string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	provider, err := Start()
	if err != nil {
		return err
	}
	defer func() { _ = provider.Close() }()
	if clientFile != "" {
		if err := provider.WriteClientFile(clientFile); err != nil {
			return err
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(struct {
		*Provider
		ClientFile string `json:"client_file,omitempty"`
	}{provider, clientFile}); err != nil {
		return err
	}

	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	<-ctx.Done()
	return nil
}
