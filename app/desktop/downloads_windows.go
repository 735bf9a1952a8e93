package desktop

import "golang.org/x/sys/windows"

// Downloads is the folder into which browsers save files, wherever it was moved; it may not be there. Empty: there is no
// telling.
func Downloads() string {
	folder, err := windows.KnownFolderPath(windows.FOLDERID_Downloads, windows.KF_FLAG_DEFAULT)
	if err != nil {
		return ""
	}
	return folder
}
