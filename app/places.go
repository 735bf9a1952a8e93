package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"tokentray/oauth/jsonfile"
)

// issuerFile tells whose a place's folder is: the folder's name alone doesn't.
type issuerFile struct {
	Issuer string `json:"issuer"`
}

const (
	issuerName = "issuer.json"
	maxIssuer  = 64 << 10
)

// keepIssuer makes another provider's folder, and writes down in it whose it is.
func keepIssuer(folder, issuer string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("could not make the provider's folder: %w", err)
	}
	if keptIssuer(folder) == issuer {
		return nil
	}
	return jsonfile.Write(filepath.Join(folder, issuerName), issuerFile{issuer})
}

// keptIssuer is whose a folder is; empty where that is not known.
func keptIssuer(folder string) string {
	data, err := jsonfile.Read(filepath.Join(folder, issuerName), maxIssuer)
	var file issuerFile
	if err != nil || json.Unmarshal(data, &file) != nil || fileName(file.Issuer) != filepath.Base(folder) {
		return ""
	}
	return file.Issuer
}

// places are those at which somebody may have signed in, and the folders of which it is not known whose they are.
func places(root string) (known []place, unknown []string, err error) {
	entries, err := os.ReadDir(root)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("could not look for accounts: %w", err)
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		folder := filepath.Join(root, e.Name())
		switch {
		case folder == place{}.folder(root):
			known = append(known, place{})
		case folder == place{practice: true}.folder(root):
			known = append(known, place{practice: true})
		case keptIssuer(folder) != "":
			known = append(known, place{issuer: keptIssuer(folder)})
		default:
			unknown = append(unknown, e.Name())
		}
	}
	return known, unknown, nil
}
