package google

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	maxNames     = 20_000 // looked at, in a folder that can be large
	maxDownloads = 1_000  // client files by name, whose age is looked at
	maxTried     = 20     // of them opened
)

// FindDownloaded finds the freshest client file that a browser saved in a
// folder after a moment, under the name that Google gives it
// (client_secret_….json), if it holds a client of Google's that can be used. Its
// work is bounded, whatever is in the folder; links are not followed.
func FindDownloaded(dir string, since time.Time) (path string, ok bool) {
	type download struct {
		path string
		time time.Time
	}
	var fresh []download
	for _, entry := range downloads(dir) {
		info, err := entry.Info()
		if err == nil && info.Mode().IsRegular() && info.Size() <= maxClientFile && info.ModTime().After(since) {
			fresh = append(fresh, download{filepath.Join(dir, entry.Name()), info.ModTime()})
		}
	}
	slices.SortFunc(fresh, func(a, b download) int { return b.time.Compare(a.time) })
	for _, file := range fresh[:min(len(fresh), maxTried)] {
		if _, err := ReadClient(file.path, OnlyGoogle); err == nil {
			return file.path, true
		}
	}
	return "", false
}

// downloads are the entries of a folder that are named like a client file.
func downloads(dir string) (found []fs.DirEntry) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil // opening a FIFO would wait for its writer
	}
	folder, err := os.Open(dir) //nolint:gosec // the person's own folder for downloads
	if err != nil {
		return nil
	}
	defer func() { _ = folder.Close() }() // it was only read
	for seen := 0; seen < maxNames && len(found) < maxDownloads; {
		entries, err := folder.ReadDir(500)
		for _, entry := range entries {
			if name := entry.Name(); strings.HasPrefix(name, "client_secret_") && strings.HasSuffix(name, ".json") {
				found = append(found, entry)
			}
		}
		seen += len(entries)
		if err != nil { // also at the end
			break
		}
	}
	return found[:min(len(found), maxDownloads)]
}
