package desktop

import (
	"errors"
	"os"
	"path/filepath"
)

// Vanish removes files and folders, each with all that is in it, and then the folders that they stood in where those are
// empty now. Whatever watches a folder here may make it anew, empty, until the program ends.
func Vanish(paths []string) (err error) {
	for _, path := range paths {
		err = errors.Join(err, os.RemoveAll(path))
		_ = os.Remove(filepath.Dir(path))
	}
	return err
}
