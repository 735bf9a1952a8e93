// Token Tray keeps Gmail access tokens fresh and puts one on the clipboard with one click on its tray icon.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"tokentray/app"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	options := app.Options{Stderr: stderr}
	flags := flag.NewFlagSet("tokentray", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&options.Hidden, "hidden", false, "start in the tray, without the window")
	flags.BoolVar(&options.Practice, "practice", false, "use practice accounts: nothing is real")
	flags.StringVar(&options.Client, "client", "", "import the client `file` that Google's console gave you, then start")
	flags.StringVar(&options.Issuer, "issuer", "", "sign in at another OpenID provider, found by its `address`")
	flags.BoolVar(&options.Add, "add", false, "add an account: opens the browser")
	version := flags.Bool("version", false, "say the version and end")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(stdout, "usage: tokentray [flags]")
		flags.SetOutput(stdout)
		flags.PrintDefaults()
		return 0
	case err != nil:
		fmt.Fprintln(stderr, "tokentray:", err)
		return 2
	case flags.NArg() > 0:
		fmt.Fprintln(stderr, "tokentray: takes flags only, not", flags.Arg(0))
		return 2
	case options.Practice && options.Issuer != "":
		fmt.Fprintln(stderr, "tokentray: --practice and --issuer exclude each other")
		return 2
	case *version:
		fmt.Fprintln(stdout, app.Name, app.Version)
		return 0
	}
	if err := app.Run(options); err != nil {
		fmt.Fprintln(stderr, "tokentray:", err)
		return 1
	}
	return 0
}
