package keychain

import "strings"

// store is what is used of go-keyring, with its errors. Delete of what is not there is its ErrNotFound.
type store interface {
	Get(service, name string) (string, error)
	Set(service, name, secret string) error
	Delete(service, name string) error
	DeleteAll(service string) error
}

// fits tells whether the keychain of goos has room for the entry.
func fits(goos, service, name, secret string) bool {
	switch goos {
	case "windows":
		return len(secret) <= 2560 // CRED_MAX_CREDENTIAL_BLOB_SIZE
	case "darwin":
		// go-keyring hands /usr/bin/security one line of at most 4,096 bytes, and for a longer one leaves that
		// program behind, waiting for input.
		const line = "add-generic-password -U -s  -a  -w go-keyring-base64:\n"
		base64 := (len(secret) + 2) / 3 * 4
		return len(line)+quoted(service)+quoted(name)+base64 <= 4096
	default:
		return true
	}
}

// quoted is the length of s as an argument of a shell, at most.
func quoted(s string) int {
	return len("''") + len(s) + strings.Count(s, "'")*(len(`'"'"'`)-1)
}
