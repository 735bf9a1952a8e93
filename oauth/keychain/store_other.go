//go:build !linux

package keychain

import "github.com/zalando/go-keyring"

// system is the system's keychain through go-keyring: without deadline or order.
type system struct{}

func (system) Get(service, name string) (string, error) { return keyring.Get(service, name) }
func (system) Set(service, name, secret string) error   { return keyring.Set(service, name, secret) }
func (system) Delete(service, name string) error        { return keyring.Delete(service, name) }
func (system) DeleteAll(service string) error           { return keyring.DeleteAll(service) }
