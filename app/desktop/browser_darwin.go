package desktop

var opener = []string{"open"}
