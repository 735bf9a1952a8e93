package desktop

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
)

// encodePlist is a job of launchd's that starts a command at login: launchd.plist(5). Without its ProcessType the program
// would be slowed down as something that nobody looks at.
func encodePlist(label string, command []string) []byte {
	var b bytes.Buffer
	element := func(text string) {
		b.WriteString("<string>")
		_ = xml.EscapeText(&b, []byte(text)) // a buffer takes everything
		b.WriteString("</string>\n")
	}
	b.WriteString(xml.Header + `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
<key>Label</key>
`)
	element(label)
	b.WriteString("<key>ProgramArguments</key>\n<array>\n")
	for _, word := range command {
		element(word)
	}
	b.WriteString(`</array>
<key>RunAtLoad</key>
<true/>
<key>ProcessType</key>
<string>Interactive</string>
</dict>
</plist>
`)
	return b.Bytes()
}

// decodePlist returns the command of a job; none: it is off, or it has none.
func decodePlist(text []byte) (command []string) {
	decoder := xml.NewDecoder(bytes.NewReader(text))
	key := ""
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return command
		} else if err != nil {
			return nil
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		var content string
		switch start.Name.Local {
		case "key":
			err = decoder.DecodeElement(&key, &start)
		case "true":
			if key == "Disabled" {
				return nil
			}
		case "string":
			if err = decoder.DecodeElement(&content, &start); key == "ProgramArguments" {
				command = append(command, content)
			}
		}
		if err != nil {
			return nil
		}
	}
}
